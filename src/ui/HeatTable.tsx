import type { CSSProperties } from 'react';
import './charts.css';
import { ScrollBox } from './ScrollBox.tsx';

/** A matrix of counts as a real table; the background of a cell is its share of its row. */
export function HeatTable({
  caption,
  rowName,
  columnName,
  labels,
  counts,
}: {
  caption: string;
  rowName: string;
  columnName: string;
  labels: readonly string[];
  counts: readonly (readonly number[])[];
}) {
  return (
    <ScrollBox name={caption}>
      <table className="heat">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className="heat-corner">
              {rowName} ↓ {columnName} →
            </th>
            {labels.map((label) => (
              <th key={label} scope="col">
                <span>{label}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, i) => {
            const row = counts[i] ?? [];
            const total = row.reduce((a, b) => a + b, 0);
            return (
              <tr key={label}>
                <th scope="row">{label}</th>
                {labels.map((other, j) => {
                  const n = row[j] ?? 0;
                  const style = { '--heat': `${total === 0 ? 0 : Math.round((n / total) * 60)}%` } as CSSProperties;
                  return (
                    <td key={other} className={i === j ? 'heat-right' : 'heat-wrong'} style={style}>
                      {n}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}
