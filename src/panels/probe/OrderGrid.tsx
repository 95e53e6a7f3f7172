import type { CSSProperties } from 'react';
import type { OrderCell } from '../../core/probe/orders.ts';
import { fixed, percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';

/** Accuracy of each set in each order; the darker, the higher. */
export function OrderGrid({ cells }: { cells: readonly OrderCell[] }) {
  const sets = [...new Set(cells.map((cell) => cell.set))];
  const orders = [...new Set(cells.map((cell) => cell.order))];
  const at = new Map(cells.map((cell) => [`${cell.set} ${cell.order}`, cell]));
  return (
    <ScrollBox name="Accuracy by set and order">
      <table className="heat order-grid">
        <caption>Accuracy by set and order; the first order is the one of the arm</caption>
        <thead>
          <tr>
            <th scope="col" className="heat-corner">
              set ↓ order →
            </th>
            {orders.map((order) => (
              <th key={order} scope="col">
                {order + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sets.map((set) => (
            <tr key={set}>
              <th scope="row">{set + 1}</th>
              {orders.map((order) => {
                const cell = at.get(`${set} ${order}`);
                const style = { '--heat': `${Math.round((cell?.accuracy ?? 0) * 80)}%` } as CSSProperties;
                return (
                  <td key={order} className="heat-right" style={style}>
                    {cell === undefined ? '…' : percent(cell.accuracy, 0).replace(' %', '')}
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

/** Accuracy and both entropies of each set in each order. */
export function EntropyTable({ cells }: { cells: readonly OrderCell[] }) {
  return (
    <ScrollBox name="Entropy by set and order">
      <table className="plain-table" data-testid="entropies">
        <thead>
          <tr>
            <th scope="col">Set</th>
            <th scope="col" className="right">
              Order
            </th>
            <th scope="col" className="right">
              Accuracy
            </th>
            <th scope="col" className="right">
              <abbr title="Entropy of how often each label is answered, in nats">GlobalE</abbr>
            </th>
            <th scope="col" className="right">
              <abbr title="Mean entropy of the answers, in nats">LocalE</abbr>
            </th>
          </tr>
        </thead>
        <tbody>
          {cells.map(({ set, order, accuracy, globalEntropy, localEntropy }) => (
            <tr key={`${set} ${order}`}>
              <th scope="row">{set + 1}</th>
              <td className="right">{order + 1}</td>
              <td className="right">{percent(accuracy)}</td>
              <td className="right">{fixed(globalEntropy, 3)}</td>
              <td className="right">{fixed(localEntropy, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
