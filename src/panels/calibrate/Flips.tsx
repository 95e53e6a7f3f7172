import { useState } from 'react';
import { type Example, fullText } from '../../core/data/example.ts';
import { Badge } from '../../ui/feedback.tsx';
import { Select } from '../../ui/fields.tsx';
import { type GridColumn, VirtualGrid } from '../../ui/VirtualGrid.tsx';
import { answerText } from '../compare/answers/rows.ts';
import { type Change, countOf, type Turned } from './before-after.ts';

const CHANGES: Readonly<Record<Exclude<Change, 'same'>, { name: string; tone: 'good' | 'warn' | 'plain' }>> = {
  fixed: { name: 'wrong, then right', tone: 'good' },
  broken: { name: 'right, then wrong', tone: 'warn' },
  other: { name: 'still wrong', tone: 'plain' },
};

type Shown = 'all' | keyof typeof CHANGES;

/** The answers that calibration turned, and whether rightly. */
export function Flips({
  turned,
  queries,
  onQuery,
}: {
  turned: readonly Turned[];
  queries: readonly Example[];
  onQuery: (at: number) => void;
}) {
  const [shown, setShown] = useState<Shown>('all');
  const flips = turned.filter((t) => t.change !== 'same');
  const listed = flips.filter((t) => shown === 'all' || t.change === shown);
  const place = new Map(queries.map((query, i) => [query.id, i]));
  const columns: GridColumn[] = [
    { id: '#', header: '#', width: '3.5rem' },
    { id: 'text', header: 'Query', width: 'minmax(14rem, 1fr)', wide: true },
    { id: 'gold', header: 'Right', width: '8rem' },
    { id: 'before', header: 'Before', width: '8rem' },
    { id: 'after', header: 'After', width: '8rem' },
    { id: 'change', header: 'Turned', width: '12rem' },
  ];
  return (
    <div className="flips">
      <div className="section-head">
        <h3>Turned answers</h3>
        <span className="small num" data-testid="flips">
          {flips.length} of {turned.length}: {countOf(turned, 'fixed')} rightly, {countOf(turned, 'broken')} wrongly,{' '}
          {countOf(turned, 'other')} from wrong to wrong
        </span>
        {flips.length > 0 && (
          <Select
            row
            label="Show"
            value={shown}
            choices={[
              { value: 'all', label: 'all turned answers' },
              ...Object.entries(CHANGES).map(([value, { name }]) => ({ value: value as Shown, label: name })),
            ]}
            onChange={setShown}
          />
        )}
      </div>
      {listed.length > 0 && (
        <VirtualGrid
          name="Turned answers"
          columns={columns}
          minWidth="50rem"
          rowCount={listed.length}
          rowKey={(i) => `${listed[i]?.cell.trial}/${listed[i]?.cell.queryId}`}
          onOpen={(i) => onQuery(place.get(listed[i]?.cell.queryId ?? '') ?? 0)}
          renderCell={(i, columnId) => {
            const item = listed[i];
            if (item === undefined) return null;
            const at = place.get(item.cell.queryId) ?? 0;
            const query = queries[at];
            switch (columnId) {
              case '#':
                return <span className="muted num">{at + 1}</span>;
              case 'text':
                return <span className="query-text">{query === undefined ? '' : fullText(query)}</span>;
              case 'gold':
                return answerText(query ?? {}, item.cell.gold);
              case 'before':
                return item.before === null ? 'unscored' : answerText(query ?? {}, item.before);
              case 'after':
                return item.after === null ? 'unscored' : answerText(query ?? {}, item.after);
              default: {
                const change = item.change === 'same' ? null : CHANGES[item.change];
                return change === null ? null : <Badge tone={change.tone}>{change.name}</Badge>;
              }
            }
          }}
        />
      )}
    </div>
  );
}
