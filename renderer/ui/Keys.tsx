/** Keys as they are written on them, pressed one after the other. */

/** Hidden from who hears the window: what they do is told beside them, and by aria-keyshortcuts. */
export function Keys({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className="help-keys" aria-hidden>
      {keys.map((key) => (
        <kbd key={key} className="key">
          {key}
        </kbd>
      ))}
    </span>
  );
}
