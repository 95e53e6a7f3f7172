import { useId, useState } from 'react';
import { described, Field, type FieldProps } from './fields.tsx';
import { type NumberRange, readNumber } from './number-draft.ts';

/** A number to type, with a slider where `slider` is set. Only valid numbers reach `onChange`. */
export function NumberField({
  value,
  onChange,
  slider,
  min,
  max,
  step,
  disabled = false,
  ...field
}: FieldProps &
  NumberRange & { value: number; onChange: (value: number) => void; slider?: boolean; disabled?: boolean }) {
  const id = useId();
  const range = { min, max, step };
  const [draft, setDraft] = useState<string | null>(null);
  const read = draft === null ? null : readNumber(draft, range);
  const error = read !== null && 'problem' in read ? read.problem : undefined;
  return (
    <Field id={id} error={error} {...field}>
      <input
        id={id}
        className="input input-number"
        type="number"
        inputMode="decimal"
        {...range}
        value={draft ?? String(value)}
        disabled={disabled}
        aria-invalid={error !== undefined}
        aria-describedby={described(id, field.help, error)}
        onChange={(event) => {
          setDraft(event.target.value);
          const next = readNumber(event.target.value, range);
          if ('value' in next) onChange(next.value);
        }}
        onBlur={() => setDraft(null)}
      />
      {slider && (
        <input
          className="range"
          type="range"
          aria-label={`${field.label}, slider`}
          {...range}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            setDraft(null);
            onChange(Number(event.target.value));
          }}
        />
      )}
    </Field>
  );
}
