/** Light or dark: the person's choice, else what the system prefers. */
import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const STORED = 'auditorium.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function current(): Theme {
  const chosen = window.localStorage.getItem(STORED);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return dark.matches ? 'dark' : 'light';
}

function apply(): void {
  document.documentElement.dataset['theme'] = current();
  for (const listener of listeners) listener();
}

/** Applies the theme and follows the system from here on; call once at start. */
export function startTheme(): void {
  dark.addEventListener('change', apply);
  apply();
}

export function toggleTheme(): void {
  window.localStorage.setItem(STORED, current() === 'dark' ? 'light' : 'dark');
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, current);
}

const COLORS = [
  'surface-3',
  'border',
  'border-strong',
  'text-1',
  'text-2',
  'text-3',
  'accent',
  'terminal',
  'selection',
  'scroll',
  'read',
  'write',
  'schema',
  'denied',
  'held',
  'approved',
  'masked',
  'error',
] as const;
type ColorName = (typeof COLORS)[number];

/** Colours by role, for what is drawn without CSS. */
export type Colors = Readonly<Record<ColorName, string>>;

const read = new Map<Theme, Colors>();

/** The colours of the theme in force, as tokens.css gives them. */
export function colorsOf(theme: Theme): Colors {
  const known = read.get(theme);
  if (known !== undefined) return known;
  const style = getComputedStyle(document.documentElement);
  const entries = COLORS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  const colors = Object.fromEntries(entries) as Colors;
  read.set(theme, colors);
  return colors;
}
