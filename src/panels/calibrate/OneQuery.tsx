import type { Dataset, Example } from '../../core/data/example.ts';
import { Distribution } from '../compare/answers/Distribution.tsx';
import type { PriorRow } from './inspect.ts';

/** What the method does to the chosen query. */
export function OneQuery({ row, dataset, query }: { row: PriorRow; dataset: Dataset; query: Example }) {
  if (row.problem !== null) return <p className="small">{row.problem}</p>;
  if (row.cell === null) return null;
  return <Distribution cell={row.cell} labels={dataset.labels} query={query} />;
}
