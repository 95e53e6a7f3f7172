import { type ReactNode, useId } from 'react';
import { Icon } from './icons.tsx';

interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  /** Label beside the control instead of above it. */
  readonly row?: boolean | undefined;
}

function Field({
  id,
  label,
  help,
  row,
  error,
  children,
}: FieldProps & { id: string; error?: string | undefined; children: ReactNode }) {
  return (
    <div className={row ? 'field field-row' : 'field'}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <div className="field-control">{children}</div>
      {help !== undefined && (
        <span id={`${id}-help`} className="field-help">
          {help}
        </span>
      )}
      {error !== undefined && (
        <span id={`${id}-error`} className="field-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

const described = (id: string, help: string | undefined, error?: string | undefined) =>
  [help === undefined ? '' : `${id}-help`, error === undefined ? '' : `${id}-error`].filter(Boolean).join(' ') ||
  undefined;

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Shown and greyed. */
  readonly disabled?: boolean;
}

export function Select<T extends string>({
  value,
  choices,
  onChange,
  after,
  disabled = false,
  ...field
}: FieldProps & {
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
  /** Shown right of the control. */
  after?: ReactNode;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <Field id={id} {...field}>
      <span className="select-box">
        <select
          id={id}
          className="select"
          value={value}
          disabled={disabled}
          aria-describedby={described(id, field.help)}
          onChange={(event) => {
            const chosen = choices.find((c) => c.value === event.target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {choices.map((c) => (
            <option key={c.value} value={c.value} disabled={c.disabled === true && c.value !== value}>
              {c.label}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </span>
      {after}
    </Field>
  );
}

export function TextField({
  value,
  onChange,
  maxLength,
  ...field
}: FieldProps & { value: string; onChange: (value: string) => void; maxLength: number }) {
  const id = useId();
  return (
    <Field id={id} {...field}>
      <input
        id={id}
        className="input"
        value={value}
        maxLength={maxLength}
        aria-describedby={described(id, field.help)}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}

export function Toggle({
  label,
  help,
  value,
  onChange,
}: {
  label: string;
  help?: string;
  value: boolean;
  onChange: (value: boolean) => void;
}) {
  const id = useId();
  return (
    <label className="toggle">
      <input
        type="checkbox"
        checked={value}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        {help !== undefined && (
          <span id={`${id}-help`} className="field-help">
            <br />
            {help}
          </span>
        )}
      </span>
    </label>
  );
}

export { described, Field, type FieldProps };
