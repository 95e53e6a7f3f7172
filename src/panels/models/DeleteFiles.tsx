import { useId, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Machine } from '../../core/model/machine.ts';
import type { Kept } from '../../engines/kept.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { useHost, useModels } from '../host.ts';
import { allOffers, holdOf, keptName, size } from './kept.ts';
import type { KeptView } from './use-kept.ts';

type State = { readonly kind: 'idle' | 'asking' | 'deleting' } | { readonly kind: 'failed'; readonly message: string };

/**
 * The button that deletes what is kept of a model: it asks once more, in its place, and refuses what is in use, with a way out.
 * Escape leaves it. Focus goes with the question and back, and to the section's heading once the button is gone.
 */
export function DeleteFiles({
  kept,
  machine,
  title = keptName(kept),
  remove,
}: {
  kept: Kept;
  machine: Machine | null;
  title?: string;
  remove: KeptView['remove'];
}) {
  const { models } = useHost();
  const hold = holdOf(kept, useModels(), useStore(models.embedder), allOffers(models, machine));
  const [state, setState] = useState<State>({ kind: 'idle' });
  const place = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const textId = useId();
  const busy = state.kind === 'deleting';
  const leave = () => {
    if (busy) return;
    setState({ kind: 'idle' });
    queueMicrotask(() => button.current?.focus());
  };
  const confirm = async () => {
    if (busy) return;
    const heading = place.current?.closest('section')?.querySelector('h2');
    setState({ kind: 'deleting' });
    try {
      await remove(kept);
    } catch (error) {
      setState({ kind: 'failed', message: (error as Error).message });
      return;
    }
    setState({ kind: 'idle' });
    if (heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
  };
  if (state.kind === 'idle') {
    return (
      <Button
        ref={button}
        kind="quiet"
        icon="trash"
        aria-label={`Delete the files of ${title}`}
        onClick={() => setState({ kind: 'asking' })}
      >
        Delete
      </Button>
    );
  }
  return (
    <fieldset
      className="delete-files small"
      aria-label={`Delete the files of ${title}?`}
      aria-describedby={textId}
      ref={(element) => {
        place.current = element;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
      }}
    >
      {state.kind === 'failed' && <Alert tone="error">{state.message}</Alert>}
      <p id={textId} role="status">
        {hold === null ? question(kept) : hold.reason}
      </p>
      <div className="model-row-actions">
        <Button ref={keep} autoFocus aria-disabled={busy} onClick={leave}>
          Keep
        </Button>
        {hold === null ? (
          <Button key="delete" icon="trash" aria-disabled={busy} onClick={() => void confirm()}>
            {busy ? 'Deleting' : `Delete ${size(kept.bytes)}`}
          </Button>
        ) : (
          <Button
            key="release"
            onClick={() => {
              // This button goes with what it ends.
              keep.current?.focus();
              hold.release(models);
            }}
          >
            {hold.action}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

const question = ({ engine, complete }: Kept): string =>
  engine === null
    ? 'Nothing here needs them.'
    : complete
      ? 'To use it again, all of it has to be downloaded again.'
      : 'The download then begins at its start.';
