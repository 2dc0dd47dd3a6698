/** Requests at once: enough to hide the way to the store, few enough that what is asked for first comes first. */
const AT_ONCE = 4;

/** Asks for each, some at a time; what came is in the order of the items. Rejects with the first failure, or once `signal` aborts. */
export async function abreast<T, R>(
  items: readonly T[],
  ask: (item: T) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const at = next++;
      answers[at] = await ask(items[at] as T);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  } finally {
    next = items.length;
  }
  return answers;
}
