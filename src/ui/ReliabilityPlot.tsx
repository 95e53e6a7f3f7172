import './charts.css';

export interface ReliabilityBin {
  readonly n: number;
  readonly confidence: number;
  readonly accuracy: number;
}

const SIZE = 200;
const PAD = 26;
const TICKS = [0, 0.5, 1];

const x = (share: number): number => PAD + share * (SIZE - PAD - 8);
const y = (share: number): number => SIZE - PAD - share * (SIZE - PAD - 8);

/** Accuracy against confidence, one dot a bin, its area by the number of answers. A picture of a table beside it. */
export function ReliabilityPlot({ bins, name }: { bins: readonly ReliabilityBin[]; name: string }) {
  const largest = Math.max(1, ...bins.map((bin) => bin.n));
  const filled = bins.filter((bin) => bin.n > 0);
  return (
    <svg className="reliability" viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={name}>
      {TICKS.map((tick) => (
        <g key={tick}>
          <line className="plot-grid" x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
          <line className="plot-grid" x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} />
          <text x={x(tick)} y={SIZE - 10} textAnchor="middle">
            {tick * 100}
          </text>
          <text x={PAD - 5} y={y(tick) + 4} textAnchor="end">
            {tick * 100}
          </text>
        </g>
      ))}
      <line className="reliability-ideal" x1={x(0)} x2={x(1)} y1={y(0)} y2={y(1)} />
      {filled.map(({ n, confidence, accuracy }) => (
        <g key={confidence}>
          <line className="reliability-gap" x1={x(confidence)} x2={x(confidence)} y1={y(confidence)} y2={y(accuracy)} />
          <circle className="plot-dot" cx={x(confidence)} cy={y(accuracy)} r={3 + 6 * Math.sqrt(n / largest)} />
        </g>
      ))}
    </svg>
  );
}
