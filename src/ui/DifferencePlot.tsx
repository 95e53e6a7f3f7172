import './charts.css';

/** A difference with its interval about zero, on a scale from `-scale` to `scale`. A picture of numbers beside it. */
export function DifferencePlot({
  value,
  interval,
  scale,
}: {
  value: number;
  interval: { readonly low: number; readonly high: number } | null;
  scale: number;
}) {
  const at = (x: number): string => `${(50 + (50 * Math.min(scale, Math.max(-scale, x))) / scale).toFixed(2)}%`;
  const sure = interval !== null && (interval.low > 0 || interval.high < 0);
  return (
    <div className="plot plot-difference" aria-hidden="true">
      <svg width="100%" height="100%" aria-hidden="true" focusable="false">
        <line className="plot-zero" x1="50%" x2="50%" y1="0" y2="100%" />
        <g className={sure ? 'plot-strong' : 'plot-mark'}>
          {interval !== null && (
            <line className="plot-interval" x1={at(interval.low)} x2={at(interval.high)} y1="50%" y2="50%" />
          )}
          <circle className="plot-dot" cx={at(value)} cy="50%" r="5" />
        </g>
      </svg>
    </div>
  );
}
