import type { Example } from '../core/data/example.ts';
import { fullText } from '../core/data/example.ts';
import type { Arm } from '../core/run/spec.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Select } from '../ui/fields.tsx';
import { NumberField } from '../ui/NumberField.tsx';
import './panels.css';
import { useHost } from './host.ts';

/** Which arm of the experiment a panel is about. */
export function ArmChoice({
  arms,
  value,
  onChange,
}: {
  arms: readonly Arm[];
  value: string;
  onChange: (id: string) => void;
}) {
  return (
    <Select
      label="Arm"
      value={value}
      choices={arms.map(({ id, name }, i) => ({ value: id, label: `${i + 1}. ${name}` }))}
      onChange={onChange}
    />
  );
}

/** Which query a panel is about: by number, or step by step. */
export function QueryChoice({
  queries,
  at,
  onChange,
}: {
  queries: readonly Example[];
  at: number;
  onChange: (at: number) => void;
}) {
  const query = queries[at];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form.
    <div className="query-choice" role="group" aria-label="Query">
      <NumberField
        label={`Query, of ${queries.length}`}
        min={1}
        max={queries.length}
        step={1}
        value={at + 1}
        onChange={(number) => onChange(number - 1)}
      />
      <IconButton icon="left" label="Previous query" disabled={at <= 0} onClick={() => onChange(at - 1)} />
      <IconButton
        icon="right"
        label="Next query"
        disabled={at >= queries.length - 1}
        onClick={() => onChange(at + 1)}
      />
      {query !== undefined && (
        <p className="query-choice-text small">
          {fullText(query)} <span className="muted">Right: {query.label}</span>
        </p>
      )}
    </div>
  );
}

/** Shown while there is no run to look at. */
export function NothingYet({ what }: { what: string }) {
  const host = useHost();
  return (
    <p className="nothing-yet muted">
      {what} belongs to a run, and there is none yet.{' '}
      <Button icon="play" onClick={host.start}>
        Run the experiment
      </Button>
    </p>
  );
}
