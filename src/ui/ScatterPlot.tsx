import './charts.css';

export interface Point {
  readonly id: string;
  /** Both from 0 to 1. */
  readonly x: number;
  readonly y: number;
  readonly strong: boolean;
}

const WIDTH = 320;
const HEIGHT = 220;
const PAD = 34;

const left = (share: number): number => PAD + share * (WIDTH - PAD - 10);
const top = (share: number): number => HEIGHT - PAD - share * (HEIGHT - PAD - 10);

/** Points of two shares. A picture of a table beside it. */
export function ScatterPlot({
  name,
  xName,
  yName,
  points,
}: {
  name: string;
  xName: string;
  yName: string;
  points: readonly Point[];
}) {
  return (
    <svg className="scatter" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      {[0, 0.5, 1].map((tick) => (
        <g key={tick}>
          <line className="plot-grid" x1={left(0)} x2={left(1)} y1={top(tick)} y2={top(tick)} />
          <line className="plot-grid" x1={left(tick)} x2={left(tick)} y1={top(0)} y2={top(1)} />
          <text x={left(tick)} y={HEIGHT - PAD + 13} textAnchor="middle">
            {tick}
          </text>
          <text x={PAD - 5} y={top(tick) + 3} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      <text x={left(0.5)} y={HEIGHT - 6} textAnchor="middle">
        {xName}
      </text>
      <text x={8} y={top(0.5)} textAnchor="middle" transform={`rotate(-90 8 ${top(0.5)})`}>
        {yName}
      </text>
      {points.map(({ id, x, y, strong }) => (
        <circle
          key={id}
          className={strong ? 'scatter-strong' : 'scatter-point'}
          cx={left(x)}
          cy={top(y)}
          r={strong ? 4.5 : 3}
        />
      ))}
    </svg>
  );
}
