import type { CSSProperties } from 'react';
import type { Label } from '../../core/data/example.ts';
import type { LensLayer } from '../../core/model/latent.ts';
import type { LatentView } from '../../core/run/latent-view.ts';
import { fixed, percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { Shift, scaleOf, signed } from './Shift.tsx';

/** How much likelier the right answer is than the likeliest wrong one, by their first tokens, in nats. */
function marginOf({ logprobs }: LensLayer, right: number): number {
  const others = logprobs.filter((_, i) => i !== right);
  return (logprobs[right] ?? 0) - Math.max(...others);
}

const layerName = (layer: number): string => (layer === 0 ? 'embedding' : `after layer ${layer}`);

/** Spaces and line ends of a token made visible. */
const visible = (token: string): string => token.replaceAll(' ', '·').replaceAll('\n', '⏎');

/** The logit lens layer by layer, without and with what was put into the model. */
export function Lens({ view, labels, right }: { view: LatentView; labels: readonly Label[]; right: number }) {
  const margins = view.before.map((layer, i) => ({
    before: marginOf(layer, right),
    after: marginOf(view.after[i] as LensLayer, right),
  }));
  const scale = scaleOf(margins.map(({ before, after }) => after - before));
  return (
    <ScrollBox name="Logit lens">
      <table className="plain-table lens" data-testid="lens">
        <caption>What the model would say if it stopped at a layer</caption>
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Likeliest token before</th>
            <th scope="col">with it</th>
            <th scope="col" className="right">
              Margin of “{labels[right]?.words[0]}” before
            </th>
            <th scope="col" className="right">
              with it
            </th>
            <th scope="col">change, nats</th>
          </tr>
        </thead>
        <tbody>
          {view.before.map((layer, i) => {
            const { before, after } = margins[i] as (typeof margins)[number];
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: layers are their number.
              <tr key={i} className={view.layer !== null && i === view.layer + 1 ? 'lens-changed' : undefined}>
                <th scope="row">{layerName(i)}</th>
                <td>
                  <Top layer={layer} />
                </td>
                <td>
                  <Top layer={view.after[i] as LensLayer} />
                </td>
                <td className="right num">{signed(before)}</td>
                <td className="right num">{signed(after)}</td>
                <td>
                  <Shift value={after - before} scale={scale} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Top({ layer: { top } }: { layer: LensLayer }) {
  const [first] = top;
  if (first === undefined) return null;
  return (
    <>
      <code>{visible(first.token)}</code> <span className="muted num">{percent(Math.exp(first.logprob), 0)}</span>
    </>
  );
}

/** How strongly each added row acts at each of the last tokens of the prompt. */
export function Activations({ view }: { view: LatentView }) {
  const { activations, rows, tokens } = view;
  const largest = activations.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return (
    <ScrollBox name="Activations of the added rows">
      <table className="plain-table activations" data-testid="activations">
        <caption>How strongly each row acts at the last tokens of the prompt</caption>
        <thead>
          <tr>
            <th scope="col">Token</th>
            {Array.from({ length: rows }, (_, r) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are their number.
              <th key={r} scope="col" className="right">
                row {r + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tokens.map((token, t) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tokens are their place.
            <tr key={t}>
              <th scope="row">
                <code>{visible(token)}</code>
              </th>
              {Array.from({ length: rows }, (_, r) => {
                const value = activations[t * rows + r] ?? 0;
                const style = { '--heat': `${Math.round((Math.abs(value) / largest) * 60)}%` } as CSSProperties;
                return (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: rows are their number.
                    key={r}
                    className={`right num ${value < 0 ? 'activation-down' : 'activation-up'}`}
                    style={style}
                  >
                    {fixed(value, 2)}
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
