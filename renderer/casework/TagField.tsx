/** Takes tags, one word each, and offers those in use. */
import { X } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { NOTES } from '../words/notes.ts';
import { readTag } from './read-tag.ts';

/** Keys that end a tag. */
const ENDS = new Set([' ', ',', 'Enter']);

interface TagFieldProps {
  readonly tags: readonly string[];
  readonly inUse: readonly string[];
  readonly onTags: (tags: readonly string[]) => void;
}

export function TagField({ tags, inUse, onTags }: TagFieldProps) {
  const [typed, setTyped] = useState('');
  const [bad, setBad] = useState<string | null>(null);
  const offers = useId();

  const take = (): boolean => {
    const tag = readTag(typed);
    if (tag === null) {
      setBad(typed.trim() === '' ? null : typed.trim());
      return typed.trim() === '';
    }
    if (!tags.includes(tag)) onTags([...tags, tag]);
    setTyped('');
    setBad(null);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (ENDS.has(event.key) && typed.trim() !== '') {
      // With Ctrl it would keep the note, without what stands here.
      event.stopPropagation();
      event.preventDefault();
      take();
    } else if (event.key === ' ' || event.key === ',') event.preventDefault();
    else if (event.key === 'Backspace' && typed === '' && tags.length > 0) onTags(tags.slice(0, -1));
  };

  return (
    <div className="tag-field">
      {tags.map((tag) => (
        <span key={tag} className="tag">
          {tag}
          <button
            type="button"
            aria-label={NOTES.removeTag(tag)}
            onClick={() => onTags(tags.filter((other) => other !== tag))}
          >
            <X size={11} aria-hidden />
          </button>
        </span>
      ))}
      <input
        className="tag-input"
        aria-label={NOTES.tags}
        aria-invalid={bad !== null}
        placeholder={tags.length === 0 ? `${NOTES.tags}: ${NOTES.tagsHint}` : ''}
        list={offers}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={take}
      />
      <datalist id={offers}>
        {inUse
          .filter((tag) => !tags.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
      {bad === null ? null : (
        <p className="tone-error tag-bad" role="alert">
          {NOTES.badTag(bad)}
        </p>
      )}
    </div>
  );
}
