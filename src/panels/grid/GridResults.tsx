import { useMemo, useState } from 'react';
import { Alert, Badge } from '../../ui/feedback.tsx';
import { plural } from '../../ui/format.ts';
import { EditedNote } from '../compare/EditedNote.tsx';
import { RunFacts } from '../compare/RunFacts.tsx';
import { isBusy, type Results, useStatus } from '../host.ts';
import { useChoiceSetting } from '../place.ts';
import { CellDetail } from './CellDetail.tsx';
import { namedFactors } from './design.ts';
import { EffectTable } from './EffectTable.tsx';
import { effectsOf, headlineOf } from './effects.ts';
import { Headline } from './Headline.tsx';
import { HeatGrid } from './HeatGrid.tsx';

/** What a grid came to: what it is about first, then every cell, then every effect. */
export function GridResults({ results }: { results: Results }) {
  const { experiment, cells, record, summary, total } = results;
  const { arms, seed } = experiment.spec;
  const status = useStatus();
  const busy = isBusy(status);
  const [open, setOpen] = useChoiceSetting('cell', ['', ...arms.map(({ id }) => id)]);
  // Opened by hand it takes the focus; opened by the address it does not.
  const [byHand, setByHand] = useState<string | null>(null);
  const factors = useMemo(() => namedFactors(arms) ?? [], [arms]);
  const grid = useMemo(() => ({ arms, factors, cells, seed }), [arms, factors, cells, seed]);
  // Each effect is a bootstrap of its own: too much to follow a run with.
  const effects = useMemo(() => (busy || grid.cells.length === 0 ? null : effectsOf(grid)), [busy, grid]);
  const headline = effects === null ? null : headlineOf(effects);
  const answered = Math.min(...summary.map(({ n }) => n));
  const arm = arms.find(({ id }) => id === open);
  return (
    <>
      {headline !== null && <Headline grid={grid} interaction={headline} complete={record !== null} />}
      <section className="panel-card card" aria-labelledby="cells-title" data-testid="grid">
        <div className="section-head">
          <h2 id="cells-title">Accuracy of every cell</h2>
          {record === null ? (
            <Badge tone="warn">
              preliminary: {answered} of {plural(total / arms.length, 'answer')} a cell
            </Badge>
          ) : (
            <Badge tone="good">complete: {plural(answered, 'answer')} a cell</Badge>
          )}
          <EditedNote />
        </div>
        {status.kind === 'failed' && <Alert tone="error">{status.message}</Alert>}
        {results.check !== null && (
          <Alert tone={results.check.same ? 'good' : 'warn'}>
            <span data-testid="link-check">{results.check.text}</span>
          </Alert>
        )}
        <HeatGrid
          results={results}
          factors={factors}
          open={arm?.id ?? null}
          onOpen={(id) => {
            setOpen(id ?? '');
            setByHand(id);
          }}
        />
        {arm !== undefined && (
          <CellDetail key={arm.id} results={results} arm={arm} focus={arm.id === byHand} onClose={() => setOpen('')} />
        )}
        <RunFacts results={results} />
      </section>
      {effects === null ? (
        busy && <p className="small muted">Effects and interactions are told when the run has ended.</p>
      ) : (
        <EffectTable effects={effects} complete={record !== null} />
      )}
    </>
  );
}
