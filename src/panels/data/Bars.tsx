import { counted } from './numbers.ts';

/** Bars shown at once; the rest is summed. */
const MOST = 12;

/** Counts by name as bars; the list itself is the table behind them. */
export function Bars({ title, counts }: { title: string; counts: readonly (readonly [string, number])[] }) {
  const total = counts.reduce((sum, [, n]) => sum + n, 0);
  const largest = Math.max(1, ...counts.map(([, n]) => n));
  const shown = counts.slice(0, MOST);
  const rest = counts.slice(MOST);
  return (
    <section className="bars" aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {shown.map(([name, n]) => (
          <li key={name}>
            <span className="bar-name">{name}</span>
            <meter className="bar" min={0} max={largest} value={n} aria-hidden="true" />
            <span className="num">
              {counted(n)} <span className="muted">({Math.round((100 * n) / Math.max(1, total))} %)</span>
            </span>
          </li>
        ))}
      </ul>
      {rest.length > 0 && (
        <p className="small muted">
          and {rest.length} more with {counted(rest.reduce((sum, [, n]) => sum + n, 0))} rows
        </p>
      )}
    </section>
  );
}
