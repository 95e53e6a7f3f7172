import { useState } from 'react';
import type { Dataset } from '../../core/data/example.ts';
import type { CellRecord } from '../../core/run/record.ts';
import { QueryChoice } from '../Choose.tsx';
import { Outcome } from '../compare/answers/Outcome.tsx';
import { PromptView } from '../compare/answers/PromptView.tsx';

/** The exact prompt of one probe for one query, as the model read it. */
export function BrokenPrompt({
  probe,
  cells,
  dataset,
}: {
  probe: string;
  cells: readonly CellRecord[];
  dataset: Dataset;
}) {
  const [at, setAt] = useState(0);
  const own = cells.filter((cell) => cell.armId === probe && cell.trial === 0);
  const byId = new Map(dataset.evalSet.map((query) => [query.id, query]));
  const queries = own.flatMap((cell) => byId.get(cell.queryId) ?? []);
  const cell = own[Math.min(at, own.length - 1)];
  const query = cell === undefined ? undefined : byId.get(cell.queryId);
  if (cell === undefined || query === undefined) return null;
  return (
    <div className="broken-prompt" data-testid="broken-prompt">
      <QueryChoice queries={queries} at={Math.min(at, queries.length - 1)} onChange={setAt} />
      <p className="small">
        Answer: <Outcome cell={cell} query={query} />
      </p>
      <PromptView cell={cell} query={query} dataset={dataset} link={null} />
    </div>
  );
}
