import { useCallback, useMemo, useState } from 'react';
import { fixed, percent } from '../../ui/format.ts';
import { HeatMap } from '../../ui/HeatMap.tsx';
import { coverage, type KerView, type Linked, rangeOf } from './ker-view.ts';

/** The whole matrix: one row a query, one column a pool item, the heaviest items first. */
export function Matrix({
  linked,
  view,
  at,
  onQuery,
}: {
  linked: Linked;
  view: KerView;
  at: number;
  onQuery: (at: number) => void;
}) {
  const [pointed, setPointed] = useState<{ row: number; column: number } | null>(null);
  const range = useMemo(() => rangeOf(view.rows), [view]);
  const value = useCallback(
    (row: number, column: number) => {
      const d = view.rows[row]?.relevance[view.order[column] ?? 0] ?? 0;
      return range.high === range.low ? 0 : (d - range.low) / (range.high - range.low);
    },
    [view, range],
  );
  const { pool, queries, poolLinks, queryLinks } = linked;
  const item = pointed === null ? undefined : view.order[pointed.column];
  const row = pointed === null ? undefined : view.rows[pointed.row];
  return (
    <div className="matrix">
      <HeatMap
        name={`Relevance of ${pool.length} pool items to ${queries.length} queries, from ${fixed(range.low, 2)} to ${fixed(range.high, 2)}`}
        rows={queries.length}
        columns={pool.length}
        value={value}
        row={at}
        onPoint={setPointed}
        onChoose={({ row: chosen }) => onQuery(chosen)}
      />
      <p className="small num muted">
        {pointed === null || item === undefined || row === undefined
          ? `Rows: ${queries.length} queries. Columns: ${pool.length} pool items, the heaviest first. Palest ${fixed(range.low, 2)}, darkest ${fixed(range.high, 2)}.`
          : `Query ${pointed.row + 1} and pool item ${pool[item]?.id}: d = ${fixed(row.relevance[item] ?? 0, 3)}, J = ${fixed(row.overlap[item] ?? 0, 3)}`}
      </p>
      <Coverage pool={coverage(poolLinks)} queries={coverage(queryLinks)} />
    </div>
  );
}

/** Below this share of linked texts, relevance is mostly about texts that name nothing. */
const LITTLE = 0.3;

function Coverage({ pool, queries }: { pool: number; queries: number }) {
  return (
    <p className="small num" data-testid="coverage">
      Entities are found in {percent(pool, 0)} of the pool and {percent(queries, 0)} of the queries.
      {Math.min(pool, queries) < LITTLE && ' That is too little for a claim about knowledge relevance on this set.'}
    </p>
  );
}
