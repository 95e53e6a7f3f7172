import { useEffect, useId, useRef, useState } from 'react';
import { Button, type ButtonProps } from './Button.tsx';
import { copyText } from './clipboard.ts';

/** Copies a text (`null`: there is none); where the clipboard is refused it shows the text in a field, selected. */
export function CopyButton({
  text,
  label,
  copied = 'Copied',
  ...rest
}: Omit<ButtonProps, 'children' | 'onClick'> & {
  text: () => string | null | Promise<string | null>;
  label: string;
  copied?: string;
}) {
  const [state, setState] = useState<{ kind: 'idle' } | { kind: 'copied' } | { kind: 'refused'; text: string }>({
    kind: 'idle',
  });
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (state.kind === 'refused') field.current?.select();
    if (state.kind !== 'copied') return;
    const timer = setTimeout(() => setState({ kind: 'idle' }), 2500);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <span className="copy">
      <Button
        icon={state.kind === 'copied' ? 'check' : 'copy'}
        {...rest}
        onClick={async () => {
          const value = await text();
          if (value === null) return;
          setState((await copyText(value)) ? { kind: 'copied' } : { kind: 'refused', text: value });
        }}
      >
        {state.kind === 'copied' ? copied : label}
      </Button>
      {state.kind === 'refused' && (
        <span className="copy-by-hand">
          <label className="field-help" htmlFor={id}>
            The browser refused the clipboard. Copy from here:
          </label>
          <input id={id} ref={field} className="input" readOnly value={state.text} />
        </span>
      )}
      <span className="visually-hidden" aria-live="polite">
        {state.kind === 'copied' ? copied : ''}
      </span>
    </span>
  );
}
