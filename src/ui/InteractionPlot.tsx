import './charts.css';

export interface InteractionLine {
  readonly name: string;
  /** Shares at the first and at the second place. */
  readonly from: number;
  readonly to: number;
}

const WIDTH = 320;
const HEIGHT = 190;
const LEFT = 70;
const RIGHT = 250;
const TOP = 16;
const BOTTOM = 150;

/** A smaller spread is not blown up to fill the picture. */
const NARROWEST = 0.1;

/** Apart at least this far, names can be read. */
const LINE = 13;

/**
 * Two lines over two places: parallel ones mean that the two factors only add up. `sum` is where the second line would
 * end then. A picture of numbers that stand beside it.
 */
export function InteractionPlot({
  places,
  lines: [first, second],
  sum,
}: {
  places: readonly [string, string];
  lines: readonly [InteractionLine, InteractionLine];
  sum: number;
}) {
  const values = [first.from, first.to, second.from, second.to, sum];
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(highest - lowest, NARROWEST);
  const low = (lowest + highest - room) / 2;
  const y = (share: number): number => BOTTOM - ((share - low) / room) * (BOTTOM - TOP);
  const label = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const [left, right] = [apart(y(first.from), y(second.from)), apart(y(first.to), y(second.to))];
  return (
    <svg className="interaction" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      {[LEFT, RIGHT].map((x) => (
        <line key={x} className="plot-grid" x1={x} x2={x} y1={TOP - 8} y2={BOTTOM + 8} />
      ))}
      <line className="interaction-sum" x1={LEFT} x2={RIGHT} y1={y(second.from)} y2={y(sum)} />
      <line className="interaction-gap" x1={RIGHT} x2={RIGHT} y1={y(sum)} y2={y(second.to)} />
      {[first, second].map(({ name, from, to }, i) => (
        <g key={name} className={i === 0 ? 'interaction-plain' : 'interaction-strong'}>
          <line x1={LEFT} x2={RIGHT} y1={y(from)} y2={y(to)} />
          <circle cx={LEFT} cy={y(from)} r="4.5" />
          <circle cx={RIGHT} cy={y(to)} r="4.5" />
          <text x={LEFT - 9} y={(left[i] as number) + 4} textAnchor="end">
            {label(from)}
          </text>
          <text x={RIGHT + 9} y={(right[i] as number) + 4}>
            {label(to)}
          </text>
        </g>
      ))}
      {places.map((name, i) => (
        <text key={name} className="interaction-place" x={i === 0 ? LEFT : RIGHT} y={HEIGHT - 16} textAnchor="middle">
          {name}
        </text>
      ))}
    </svg>
  );
}

/** Heights of two names, moved apart where they would lie on each other. */
function apart(a: number, b: number): [number, number] {
  const gap = LINE - Math.abs(a - b);
  if (gap <= 0) return [a, b];
  return a <= b ? [a - gap / 2, b + gap / 2] : [a + gap / 2, b - gap / 2];
}

/** The stroke of a line of the picture, for a legend. */
export function InteractionKey({ kind }: { kind: 'plain' | 'strong' | 'sum' | 'gap' }) {
  return (
    <svg className="line-key" width="22" height="12" aria-hidden="true" focusable="false">
      <g className={`interaction-${kind}`}>
        <line className={`interaction-${kind}`} x1="1" x2="21" y1="6" y2="6" />
      </g>
    </svg>
  );
}
