/** Parts of the window that are heavy and not seen at first: loaded when wanted or when nothing else is to do, drawn at once from then on. */
import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { ON_DEMAND } from '../words/on-demand.ts';
import { Fault } from './Note.tsx';

const waiting = new Set<() => Promise<unknown>>();

/**
 * A component in place of the one that `load` gives. Until that is there `placeholder` stands in its place, which must take as
 * much room. React's own way, lazy with Suspense, holds what has been loaded back for 300 ms once a placeholder was seen.
 */
export function onDemand<P extends object>(
  load: () => Promise<ComponentType<P>>,
  placeholder: (props: P) => ReactNode,
): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  const fetched = async (): Promise<ComponentType<P>> => {
    loaded ??= await load();
    return loaded;
  };
  const early = (): Promise<unknown> => fetched().catch(() => undefined);
  waiting.add(early);
  return function OnDemand(props: P) {
    const [Part, setPart] = useState<ComponentType<P> | null>(() => loaded);
    useEffect(() => {
      if (Part !== null) return;
      let isHere = true;
      const show = async (): Promise<void> => {
        const part = (await fetched().catch(failed)) as ComponentType<P>;
        if (isHere) setPart(() => part);
      };
      void show();
      return () => {
        isHere = false;
      };
    }, [Part]);
    return Part === null ? placeholder(props) : <Part {...props} />;
  };
}

/** Loads what was not wanted yet, one after the other, the next when it is `quiet` again, so that it is there when it is. */
export async function loadTheRest(quiet: () => Promise<void>): Promise<void> {
  for (const load of waiting) {
    await load();
    waiting.delete(load);
    await quiet();
  }
}

/** The files of a window that was built anew have other names: only a reload finds them. */
function failed(error: unknown): ComponentType {
  const told = error instanceof Error ? error : new Error(String(error));
  return () => <Fault title={ON_DEMAND.failed} error={told} onRetry={() => window.location.reload()} />;
}
