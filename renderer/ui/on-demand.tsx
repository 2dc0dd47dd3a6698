/** Parts of the window that are heavy and not seen at first: loaded when wanted or when nothing else is to do, drawn at once from then on. */
import { lazy, Suspense, useState, type ComponentType, type ReactNode } from 'react';
import { ON_DEMAND } from '../words/on-demand.ts';
import { Fault } from './Note.tsx';

const waiting = new Set<() => Promise<unknown>>();

/**
 * A component in place of the one that `load` gives. Until that is there `placeholder` stands in its place, which must take as
 * much room.
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
  const Late = lazy(async () => ({ default: (await fetched().catch(failed)) as ComponentType<P> }));
  return function OnDemand(props: P) {
    // Once drawn it stays of one type: React would throw its state away with the other.
    const [Part] = useState<ComponentType<P>>(() => loaded ?? Late);
    return (
      <Suspense fallback={placeholder(props)}>
        <Part {...props} />
      </Suspense>
    );
  };
}

/** Loads what was not wanted yet, one after the other, so that it is there when it is. */
export async function loadTheRest(): Promise<void> {
  for (const load of waiting) {
    await load();
    waiting.delete(load);
  }
}

/** The files of a window that was built anew have other names: only a reload finds them. */
function failed(error: unknown): ComponentType {
  const told = error instanceof Error ? error : new Error(String(error));
  return () => <Fault title={ON_DEMAND.failed} error={told} onRetry={() => window.location.reload()} />;
}
