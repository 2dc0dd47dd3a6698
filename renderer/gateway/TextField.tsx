/** A field of a form: its name above, what it is for within. */
interface TextFieldProps {
  readonly name: string;
  readonly hint?: string;
  readonly value: string;
  readonly wide?: boolean;
  readonly lines?: number;
  readonly onChange: (value: string) => void;
}

export function TextField({ name, hint, value, wide = false, lines = 1, onChange }: TextFieldProps) {
  const common = {
    className: 'gateway-input',
    value,
    placeholder: hint,
    autoComplete: 'off',
    spellCheck: false,
  };
  return (
    <label className={wide ? 'gateway-wide' : ''}>
      {name}
      {lines === 1 ? (
        <input {...common} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <textarea {...common} rows={lines} onChange={({ target }) => onChange(target.value)} />
      )}
    </label>
  );
}
