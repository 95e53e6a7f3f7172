import { useMemo } from 'react';
import type { Contrast, Interaction } from '../../core/run/contrast.ts';
import { Badge } from '../../ui/feedback.tsx';
import { percent, plural, points } from '../../ui/format.ts';
import { InteractionKey, InteractionPlot } from '../../ui/InteractionPlot.tsx';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { apart, type Grid, interactionVerdict } from './effects.ts';

const between = ({ interval }: Contrast): string =>
  interval === null ? '' : `${points(interval.low)} to ${points(interval.high)}`;

/** The interaction that a grid with KER and KPC is about, and what it is made of. */
export function Headline({ grid, interaction, complete }: { grid: Grid; interaction: Interaction; complete: boolean }) {
  const parts = useMemo(() => apart(grid, interaction), [grid, interaction]);
  const {
    factors: [a, b],
    levels: [i, j],
  } = interaction;
  const name = (factor: typeof a, level: number) => factor.levels[level]?.name ?? '';
  const others = grid.factors.length > 2;
  if (parts === null) return null;
  const neither = parts.neither.value;
  const rows = [
    { id: 'first', name: `${name(a, i)} alone`, effect: parts.first },
    { id: 'second', name: `${name(b, j)} alone`, effect: parts.second },
    { id: 'both', name: 'Both', effect: parts.both },
  ];
  return (
    <section className="panel-card card headline" aria-labelledby="headline-title" data-testid="headline">
      <div className="section-head">
        <h2 id="headline-title">KER and KPC together</h2>
        {!complete && <Badge tone="warn">preliminary: {plural(interaction.n, 'query', 'queries')}</Badge>}
      </div>
      <div className="headline-columns">
        <div className="headline-text">
          <p className="headline-figure num">
            <strong data-testid="interaction">{points(interaction.value)}</strong> points beyond the sum of both
          </p>
          <p className="num muted">
            95 % interval {between(interaction) || 'not to be had from so few'}, over{' '}
            {plural(interaction.n, 'query', 'queries')}
          </p>
          <p>{interactionVerdict(interaction)}</p>
          <ScrollBox name="What the interaction is made of">
            <table className="plain-table headline-table">
              <caption className="visually-hidden">What the interaction is made of</caption>
              <thead>
                <tr>
                  <th scope="col">Demos and calibration</th>
                  <th scope="col" className="right">
                    Accuracy
                  </th>
                  <th scope="col" className="right">
                    Points
                  </th>
                </tr>
              </thead>
              <tbody>
                <tr>
                  <th scope="row">
                    Neither: {name(a, 0)}, {name(b, 0).toLowerCase()}
                  </th>
                  <td className="right">{percent(neither)}</td>
                  <td className="right" />
                </tr>
                {rows.map(({ id, name: what, effect }) => (
                  <tr key={id}>
                    <th scope="row">{what}</th>
                    <td className="right">{percent(neither + effect.value)}</td>
                    <td className="right">
                      {points(effect.value)}
                      <span className="sub muted">{between(effect)}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
          {others && <p className="field-help">Averaged over the levels of the other factors.</p>}
        </div>
        <figure className="headline-picture">
          <InteractionPlot
            places={[name(b, 0), name(b, j)]}
            lines={[
              { name: name(a, 0), from: neither, to: neither + parts.second.value },
              { name: name(a, i), from: neither + parts.first.value, to: neither + parts.both.value },
            ]}
            sum={neither + parts.first.value + parts.second.value}
          />
          <ul className="legend">
            <li>
              <InteractionKey kind="plain" />
              {name(a, 0)}
            </li>
            <li>
              <InteractionKey kind="strong" />
              {name(a, i)}
            </li>
            <li>
              <InteractionKey kind="sum" />
              if both only added up
            </li>
            <li>
              <InteractionKey kind="gap" />
              the interaction
            </li>
          </ul>
        </figure>
      </div>
    </section>
  );
}
