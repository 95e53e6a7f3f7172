import type { Contrast } from '../../core/run/contrast.ts';
import { DifferencePlot } from '../../ui/DifferencePlot.tsx';
import { Badge } from '../../ui/feedback.tsx';
import { points } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import type { Effects } from './effects.ts';

interface Row {
  readonly key: string;
  readonly name: string;
  readonly against: string;
  readonly effect: Contrast;
}

function rowsOf({ main, together }: Effects): { alone: Row[]; pairs: Row[] } {
  return {
    alone: main.map((effect) => {
      const { factor, level } = effect;
      const name = factor.levels[level]?.name ?? '';
      return { key: `${factor.part} ${level}`, name, against: `against ${factor.levels[0]?.name}`, effect };
    }),
    pairs: together.map((effect) => {
      const {
        factors: [a, b],
        levels: [i, j],
      } = effect;
      return {
        key: `${a.part} ${i} ${b.part} ${j}`,
        name: `${a.levels[i]?.name} with ${b.levels[j]?.name}`,
        against: 'beyond the sum of both',
        effect,
      };
    }),
  };
}

/** Every effect of a grid in points, with its interval. */
export function EffectTable({ effects, complete }: { effects: Effects; complete: boolean }) {
  const { alone, pairs } = rowsOf(effects);
  const all = [...alone, ...pairs].map(({ effect }) => effect);
  const ends = all.flatMap(({ value, interval }) => [value, interval?.low ?? value, interval?.high ?? value]);
  const scale = Math.max(0.02, ...ends.map(Math.abs));
  if (all.length === 0) return null;
  return (
    <section className="panel-card card" aria-labelledby="effects-title" data-testid="effects">
      <div className="section-head">
        <h2 id="effects-title">Effects</h2>
        <p className="muted small">In points of accuracy, averaged over all levels of the other factors.</p>
        {!complete && <Badge tone="warn">preliminary</Badge>}
      </div>
      <ScrollBox name="Effects, table">
        <table className="plain-table effects">
          <caption className="visually-hidden">Effects in points, with 95 % intervals</caption>
          <thead>
            <tr>
              <th scope="col">Level</th>
              <th scope="col" className="effects-plot">
                <span className="visually-hidden">Picture</span>
              </th>
              <th scope="col" className="right">
                Points
              </th>
              <th scope="col" className="right">
                95 % interval
              </th>
            </tr>
          </thead>
          <Body name="Each alone" rows={alone} scale={scale} />
          <Body name="Two together" rows={pairs} scale={scale} />
        </table>
      </ScrollBox>
      <p className="field-help">
        Percentile bootstrap over queries and trials, all cells on the same draws. The intervals are not corrected for
        their number: of twenty that hold nothing, one is expected to miss zero.
      </p>
    </section>
  );
}

function Body({ name, rows, scale }: { name: string; rows: readonly Row[]; scale: number }) {
  if (rows.length === 0) return null;
  return (
    <tbody>
      <tr className="effects-group">
        <th scope="rowgroup" colSpan={4}>
          {name}
        </th>
      </tr>
      {rows.map(({ key, name: what, against, effect: { value, interval } }) => (
        <tr key={key}>
          <th scope="row">
            {what} <span className="muted">{against}</span>
          </th>
          <td className="effects-plot">
            <DifferencePlot value={value} interval={interval} scale={scale} />
          </td>
          <td className="right num">{points(value)}</td>
          <td className="right num">
            {interval === null ? '–' : `${points(interval.low)} to ${points(interval.high)}`}
          </td>
        </tr>
      ))}
    </tbody>
  );
}
