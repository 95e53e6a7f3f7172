import './charts.css';

export interface Reference {
  readonly value: number;
  readonly kind: 'chance' | 'majority' | 'baseline';
}

const at = (share: number): string => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(3)}%`;

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** One row of a dot-and-interval chart over shares from 0 to 1. A picture of numbers that stand beside it as text. */
export function IntervalPlot({
  value,
  low,
  high,
  references,
  strong,
}: {
  /** `null`: nothing known yet, only the frame is drawn. */
  value: number | null;
  low: number;
  high: number;
  references: readonly Reference[];
  strong: boolean;
}) {
  return (
    <div className="plot" aria-hidden="true">
      <svg width="100%" height="100%" aria-hidden="true" focusable="false">
        {TICKS.map((tick) => (
          <line key={tick} className="plot-grid" x1={at(tick)} x2={at(tick)} y1="0" y2="100%" />
        ))}
        {references.map((r) => (
          <line key={r.kind} className={`plot-${r.kind}`} x1={at(r.value)} x2={at(r.value)} y1="0" y2="100%" />
        ))}
        {value !== null && (
          <g className={strong ? 'plot-strong' : 'plot-mark'}>
            <line className="plot-interval" x1={at(low)} x2={at(high)} y1="50%" y2="50%" />
            <circle className="plot-dot" cx={at(value)} cy="50%" r="5.5" />
          </g>
        )}
      </svg>
    </div>
  );
}

export function IntervalAxis() {
  return (
    <div className="plot plot-axis" aria-hidden="true">
      <svg width="100%" height="100%" aria-hidden="true" focusable="false">
        {TICKS.map((tick) => (
          <text key={tick} x={at(tick)} y="80%" textAnchor={tick === 0 ? 'start' : tick === 1 ? 'end' : 'middle'}>
            {tick === 1 ? '100 %' : tick * 100}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** The stroke of a line of the chart, for a legend. */
export function LineKey({ kind }: { kind: Reference['kind'] | 'interval' }) {
  return (
    <svg className="line-key" width="22" height="12" aria-hidden="true" focusable="false">
      {kind === 'interval' ? (
        <g className="plot-mark">
          <line className="plot-interval" x1="1" x2="21" y1="6" y2="6" />
          <circle className="plot-dot" cx="11" cy="6" r="4" />
        </g>
      ) : (
        <line className={`plot-${kind}`} x1="11" x2="11" y1="0" y2="12" />
      )}
    </svg>
  );
}

/** Two bars over each other: before (thin) and after (thick). Shares from 0 to 1. */
export function BarPair({ before, after, strong }: { before: number | null; after: number; strong: boolean }) {
  return (
    <svg className={strong ? 'bars bars-strong' : 'bars'} width="100%" height="22" aria-hidden="true" focusable="false">
      <rect className="bars-track" x="0" y="0" width="100%" height="22" />
      {before !== null && <rect className="bars-before" x="0" y="3" width={at(before)} height="6" />}
      <rect
        className="bars-after"
        x="0"
        y={before === null ? '4' : '10'}
        width={at(after)}
        height={before === null ? '14' : '9'}
      />
    </svg>
  );
}
