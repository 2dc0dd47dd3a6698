/** The views that are open, as long as the window is. */
import { useCallback, useMemo, useState } from 'react';
import { readViews, toggled, writeViews, type View } from './views.ts';

const STORED = 'auditorium.views';

export interface OpenViews {
  readonly open: readonly View[];
  readonly toggle: (view: View) => void;
}

export function useViews(): OpenViews {
  const [open, setOpen] = useState(() => readViews(window.sessionStorage.getItem(STORED)));
  const toggle = useCallback((view: View): void => {
    setOpen((before) => {
      const now = toggled(before, view);
      window.sessionStorage.setItem(STORED, writeViews(now));
      return now;
    });
  }, []);
  return useMemo(() => ({ open, toggle }), [open, toggle]);
}
