/** Puts text on the clipboard, and says for a moment whether it could. */
import { useEffect, useRef, useState } from 'react';
import { COPYING } from '../words/copying.ts';

/** How long it is said, in ms. */
const SAID_MS = 1600;

interface Copying {
  /** What came of it, in words; null when nothing was copied lately. */
  readonly said: string | null;
  readonly copy: (text: string) => void;
}

export function useCopied(): Copying {
  const [said, setSaid] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (words: string): void => {
    setSaid(words);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(null), SAID_MS);
  };
  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => say(COPYING.copied),
      () => say(COPYING.refused),
    );
  };
  return { said, copy };
}
