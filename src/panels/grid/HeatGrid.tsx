import type { CSSProperties } from 'react';
import type { Factor, GridPart } from '../../core/run/grid.ts';
import type { ArmSummary } from '../../core/run/summary.ts';
import { Select } from '../../ui/fields.tsx';
import { percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import type { Results } from '../host.ts';
import { useChoiceSetting } from '../place.ts';
import { axesOf, type GridTable, heatScale, tablesOf } from './layout.ts';

export const PART_NAMES: Readonly<Record<GridPart, string>> = {
  select: 'demos',
  shots: 'shots',
  order: 'order',
  ruminate: 'recall',
  tune: 'tuning',
  calibrate: 'calibration',
  answer: 'answer',
  score: 'score',
  model: 'model',
};

/** Accuracy of every cell with its interval: real tables whose cells are painted by their number and open on a click. */
export function HeatGrid({
  results,
  factors,
  open,
  onOpen,
}: {
  results: Results;
  factors: readonly Factor[];
  open: string | null;
  onOpen: (armId: string | null) => void;
}) {
  const { arms } = results.experiment.spec;
  const parts = factors.map(({ part }) => part);
  const [rows, setRows] = useChoiceSetting('rows', ['', ...parts]);
  const [columns, setColumns] = useChoiceSetting('columns', ['', ...parts]);
  const axes = axesOf(factors, rows, columns);
  const tables = tablesOf(arms, factors, axes);
  const summaries = new Map(results.summary.filter(({ n }) => n > 0).map((s) => [s.armId, s]));
  const scale = heatScale([...summaries.values()].map(({ accuracy }) => accuracy));
  const choices = (without: GridPart | null) =>
    parts.filter((part) => part !== without).map((part) => ({ value: part, label: PART_NAMES[part] }));
  return (
    <div className="heat-grid">
      {factors.length > 2 && axes.columns !== null && (
        <div className="panel-choices">
          <Select label="Rows" value={axes.rows} choices={choices(axes.columns)} onChange={setRows} />
          <Select label="Columns" value={axes.columns} choices={choices(axes.rows)} onChange={setColumns} />
        </div>
      )}
      <div className="heat-tables">
        {tables.map((table) => (
          <Heat
            key={table.name}
            table={table}
            rows={factors.find(({ part }) => part === axes.rows) as Factor}
            columns={factors.find(({ part }) => part === axes.columns) ?? null}
            summaries={summaries}
            scale={scale}
            baseline={arms[0]?.id ?? ''}
            open={open}
            onOpen={onOpen}
          />
        ))}
      </div>
      <p className="heat-legend small muted num">
        <span>{percent(scale.low, 0)}</span>
        <span className="heat-ramp" aria-hidden="true" />
        <span>{percent(scale.high, 0)}</span>
        <span>
          accuracy, the small figures its 95 % interval. Choose a cell to see what it was computed from; the framed one
          is the baseline.
        </span>
      </p>
    </div>
  );
}

function Heat({
  table,
  rows,
  columns,
  summaries,
  scale,
  baseline,
  open,
  onOpen,
}: {
  table: GridTable;
  rows: Factor;
  columns: Factor | null;
  summaries: ReadonlyMap<string, ArmSummary>;
  scale: { readonly low: number; readonly high: number };
  baseline: string;
  open: string | null;
  onOpen: (armId: string | null) => void;
}) {
  const what = `${PART_NAMES[rows.part]}${columns === null ? '' : ` by ${PART_NAMES[columns.part]}`}`;
  const caption = table.name === '' ? `Accuracy: ${what}` : table.name;
  return (
    <ScrollBox name={caption}>
      <table className="heat heat-cells" data-testid="heat">
        <caption className={table.name === '' ? 'visually-hidden' : undefined}>{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className="heat-corner">
              {PART_NAMES[rows.part]} ↓ {columns !== null && <>{PART_NAMES[columns.part]} →</>}
            </th>
            {(columns?.levels ?? [{ name: 'accuracy' }]).map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.levels.map(({ name }, r) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {(table.arms[r] ?? []).map((arm) => {
                const summary = summaries.get(arm.id);
                const share = summary === undefined ? 0 : (summary.accuracy - scale.low) / (scale.high - scale.low);
                return (
                  <td
                    key={arm.id}
                    className={arm.id === baseline ? 'heat-right heat-baseline' : 'heat-right'}
                    style={{ '--heat': `${Math.round(share * 100)}%` } as CSSProperties}
                    data-testid={`cell-${arm.id}`}
                  >
                    {summary === undefined ? (
                      <span className="heat-empty">…</span>
                    ) : (
                      <button
                        type="button"
                        className="heat-button"
                        aria-expanded={arm.id === open}
                        onClick={() => onOpen(arm.id === open ? null : arm.id)}
                      >
                        <strong>{percent(summary.accuracy)}</strong>
                        <span className="heat-interval">
                          {percent(summary.interval.low, 0).replace(' %', '')} to {percent(summary.interval.high, 0)}
                        </span>
                      </button>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
