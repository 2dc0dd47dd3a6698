/**
 * The bearer of this window. It lives in `sessionStorage`: it survives a reload and dies with the tab. A tab opened from
 * one that is signed in asks it over a BroadcastChannel, which only pages of the same origin can join.
 */

const STORED = 'auditorium.bearer';
const CHANNEL = 'auditorium.bearer';

/** How long a new tab waits for another to hand over its bearer. */
const HAND_OVER_MS = 400;

const listeners = new Set<() => void>();

/** The bearer, or null when this window is not signed in. */
export function bearer(): string | null {
  return window.sessionStorage.getItem(STORED);
}

export function keepBearer(value: string): void {
  window.sessionStorage.setItem(STORED, value);
  announce();
}

/** After the host refused it. */
export function forgetBearer(): void {
  window.sessionStorage.removeItem(STORED);
  announce();
}

/** Calls back when this window signs in or out. */
export function onBearer(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announce(): void {
  for (const listener of listeners) listener();
}

interface Asked {
  readonly ask: string;
}
interface Answered {
  readonly answer: string;
  readonly bearer: string;
}

/** Hands this window's bearer to tabs of the same origin that ask, until the page is gone. */
export function shareBearer(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<Asked | Answered>) => {
    const value = bearer();
    if ('ask' in data && value !== null)
      channel.postMessage({ answer: data.ask, bearer: value } satisfies Answered);
  });
}

/** Asks the other tabs for their bearer; null when none answers. */
export async function borrowBearer(): Promise<string | null> {
  const channel = new BroadcastChannel(CHANNEL);
  const ask = crypto.randomUUID();
  try {
    return await new Promise((resolve) => {
      channel.addEventListener('message', ({ data }: MessageEvent<Asked | Answered>) => {
        if ('answer' in data && data.answer === ask) resolve(data.bearer);
      });
      setTimeout(() => resolve(null), HAND_OVER_MS);
      channel.postMessage({ ask } satisfies Asked);
    });
  } finally {
    channel.close();
  }
}
