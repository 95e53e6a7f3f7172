import { useMemo, useState } from 'react';
import { asksOptions, fullText } from '../../../core/data/example.ts';
import { type Choice, Select, TextField } from '../../../ui/fields.tsx';
import { plural } from '../../../ui/format.ts';
import { type GridColumn, VirtualGrid } from '../../../ui/VirtualGrid.tsx';
import type { Results } from '../../host.ts';
import type { OpenAnswer } from '../ComparePanel.tsx';
import { Outcome } from './Outcome.tsx';
import { answerRows, answerText, type Filter, filterOf, filterRows, filterValue } from './rows.ts';

const filterChoices = ({ experiment }: Results): Choice<string>[] => {
  const { arms } = experiment.spec;
  return [
    { value: filterValue({ kind: 'all' }), label: 'all answers' },
    ...(arms.length > 1 ? [{ value: filterValue({ kind: 'disagree' }), label: 'arms disagree' }] : []),
    ...arms.map(({ id, name }) => ({ value: filterValue({ kind: 'wrong', armId: id }), label: `wrong: ${name}` })),
    ...arms.slice(1).map(({ id, name }) => ({
      value: filterValue({ kind: 'changed', armId: id }),
      label: `gained or lost: ${name}`,
    })),
  ];
};

export function AnswerTable({ results, onOpen }: { results: Results; onOpen: (open: OpenAnswer) => void }) {
  const [filter, setFilter] = useState<Filter>({ kind: 'all' });
  const [search, setSearch] = useState('');
  const { experiment, dataset, cells } = results;
  const { arms, trials } = experiment.spec;
  const choices = filterChoices(results);
  const active = choices.some((c) => c.value === filterValue(filter)) ? filter : ({ kind: 'all' } as const);
  const rows = useMemo(() => answerRows({ dataset, cells }), [dataset, cells]);
  const shown = filterRows(rows, { filter: active, search, firstArm: arms[0]?.id ?? '' });
  const firstArmColumn = trials > 1 ? 4 : 3;
  const columns: GridColumn[] = [
    { id: '#', header: '#', width: '3.5rem' },
    ...(trials > 1 ? [{ id: 'trial', header: 'Trial', width: '3.5rem' }] : []),
    { id: 'text', header: 'Query', width: 'minmax(14rem, 1fr)', wide: true },
    { id: 'gold', header: asksOptions(dataset) ? 'Right option' : 'Right label', width: '8rem' },
    ...arms.map((arm, i) => ({
      id: `arm:${arm.id}`,
      width: '9.5rem',
      header: (
        <span className="clip" title={arm.name}>
          {i + 1}. {arm.name}
        </span>
      ),
    })),
  ];
  return (
    <section className="answers card" aria-labelledby="answers-title" data-testid="answers">
      <div className="section-head">
        <h2 id="answers-title">Every answer</h2>
        <p className="muted small">Open one to see its exact prompt, its examples and its probabilities.</p>
        <div className="answers-tools">
          <Select
            label="Show"
            row
            value={filterValue(active)}
            choices={choices}
            onChange={(v) => setFilter(filterOf(v))}
          />
          <TextField label="Find" row value={search} maxLength={200} onChange={setSearch} />
        </div>
      </div>
      <p className="small muted num" role="status">
        {shown.length === rows.length
          ? plural(rows.length, 'query', 'queries')
          : `${shown.length} of ${plural(rows.length, 'query', 'queries')}`}
      </p>
      <VirtualGrid
        name="Answers"
        columns={columns}
        minWidth={`${26 + arms.length * 9.5}rem`}
        rowCount={shown.length}
        rowKey={(i) => shown[i]?.key ?? String(i)}
        onOpen={(at) => onOpen({ rowKeys: shown.map((row) => row.key), at })}
        renderCell={(i, columnId) => {
          const row = shown[i];
          if (row === undefined) return null;
          if (columnId === '#') return <span className="muted num">{row.number}</span>;
          if (columnId === 'trial') return row.trial + 1;
          if (columnId === 'text') return <span className="query-text">{fullText(row.query)}</span>;
          if (columnId === 'gold')
            return (
              <>
                <span className="cell-name">right label </span>
                <span className="clip" title={answerText(row.query, row.query.label)}>
                  {answerText(row.query, row.query.label)}
                </span>
              </>
            );
          const cell = row.cells.get(columnId.slice('arm:'.length));
          return (
            <>
              <span className="cell-name" aria-hidden="true">
                {columns.findIndex((c) => c.id === columnId) - firstArmColumn + 1}{' '}
              </span>
              {cell === undefined ? <span className="muted">…</span> : <Outcome cell={cell} query={row.query} />}
            </>
          );
        }}
      />
    </section>
  );
}
