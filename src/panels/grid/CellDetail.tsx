import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { Arm } from '../../core/run/spec.ts';
import { IconButton } from '../../ui/Button.tsx';
import { percent } from '../../ui/format.ts';
import { AnswerTable } from '../compare/answers/AnswerTable.tsx';
import { isRight } from '../compare/answers/rows.ts';
import type { OpenAnswer } from '../compare/ComparePanel.tsx';
import { armLine } from '../compare/describe.ts';
import { Paired } from '../compare/Paired.tsx';
import type { Results } from '../host.ts';

const AnswerDialog = lazy(async () => ({
  default: (await import('../compare/answers/AnswerDialog.tsx')).AnswerDialog,
}));

/** The results of a few arms alone. */
function narrowed(results: Results, arms: readonly Arm[]): Results {
  const ids = new Set(arms.map(({ id }) => id));
  const { experiment } = results;
  return {
    ...results,
    experiment: { ...experiment, spec: { ...experiment.spec, arms: [...arms] } },
    cells: results.cells.filter(({ armId }) => ids.has(armId)),
    summary: results.summary.filter(({ armId }) => ids.has(armId)),
  };
}

/** What one cell of the grid was computed from: its answers beside those of the baseline, each to be opened. */
export function CellDetail({
  results,
  arm,
  focus,
  onClose,
}: {
  results: Results;
  arm: Arm;
  focus: boolean;
  onClose: () => void;
}) {
  const { arms, trials } = results.experiment.spec;
  const [first] = arms;
  const [open, setOpen] = useState<OpenAnswer | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const own = useMemo(
    () => narrowed(results, first === undefined || first.id === arm.id ? [arm] : [first, arm]),
    [results, first, arm],
  );
  const summary = results.summary.find(({ armId }) => armId === arm.id);
  useEffect(() => {
    if (focus) heading.current?.focus();
  }, [focus]);
  return (
    <section className="cell-detail" aria-labelledby="cell-title" data-testid="cell-detail">
      <div className="section-head">
        <h3 id="cell-title" ref={heading} tabIndex={-1}>
          {arm.name}
        </h3>
        <p className="muted small">{armLine(arm)}</p>
        <IconButton icon="cross" label="Close this cell" onClick={onClose} />
      </div>
      {summary !== undefined && (
        <div className="cell-figures">
          <p>
            <strong className="cell-accuracy num">{percent(summary.accuracy)}</strong>{' '}
            <span className="muted num">
              {summary.correct} of {summary.n} right; 95 % interval {percent(summary.interval.low)} to{' '}
              {percent(summary.interval.high)}
            </span>
          </p>
          {summary.mcnemar !== null && (
            <p className="small">
              Against {first?.name}: <Paired test={summary.mcnemar} preliminary={results.record === null} />
            </p>
          )}
          {trials > 1 && <Trials results={results} arm={arm} />}
        </div>
      )}
      <AnswerTable results={own} onOpen={setOpen} />
      {open !== null && (
        <Suspense>
          <AnswerDialog results={own} open={open} onMove={setOpen} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </section>
  );
}

/** Accuracy with each seed of the draws. */
function Trials({ results, arm }: { results: Results; arm: Arm }) {
  const { trials } = results.experiment.spec;
  const own = results.cells.filter(({ armId }) => armId === arm.id);
  const shares = Array.from({ length: trials }, (_, trial) => {
    const cells = own.filter((cell) => cell.trial === trial);
    return cells.length === 0 ? '–' : percent(cells.filter(isRight).length / cells.length);
  });
  return <p className="small num">By trial, each with draws of its own: {shares.join(' · ')}</p>;
}
