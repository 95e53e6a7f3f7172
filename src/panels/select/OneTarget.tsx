import { useState } from 'react';
import { type Example, fullText } from '../../core/data/example.ts';
import type { KerOptions } from '../../core/knowledge/relevance.ts';
import { topicalMentions } from '../../core/knowledge/topical.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { Badge } from '../../ui/feedback.tsx';
import { fixed } from '../../ui/format.ts';
import { ScatterPlot } from '../../ui/ScatterPlot.tsx';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { pieces } from '../compare/answers/annotate.ts';
import { EntityText } from '../compare/answers/EntityText.tsx';
import { type KerView, type Linked, nearness } from './ker-view.ts';

const LISTED = 12;

/** A text with the entities that count as buttons. */
export function LinkedText({ example, knowledge }: { example: Example; knowledge: Knowledge }) {
  const text = fullText(example);
  return <EntityText parts={pieces(text, topicalMentions(knowledge, text))} />;
}

/** The pool as seen from one query: overlap against embedding, and the nearest items with their figures. */
export function OneTarget({
  linked,
  view,
  options,
  at,
  knowledge,
}: {
  linked: Linked;
  view: KerView;
  options: KerOptions;
  at: number;
  knowledge: Knowledge;
}) {
  const [chosen, setChosen] = useState<number | null>(null);
  const row = view.rows[at];
  const max = view.maxima[at];
  const query = linked.queries[at];
  if (row === undefined || max === undefined || query === undefined) return null;
  const ranked = Array.from(row.relevance, (_, i) => i).sort(
    (a, b) => (row.relevance[b] as number) - (row.relevance[a] as number) || a - b,
  );
  const listed = ranked.slice(0, LISTED);
  const item = chosen !== null && listed.includes(chosen) ? chosen : (listed[0] as number);
  const share = (i: number) => (max.overlap === 0 ? 0 : (row.overlap[i] as number) / max.overlap);
  const points = linked.pool.map(({ id }, i) => ({
    id,
    x: nearness(row.distance[i] as number, max.distance),
    y: share(i),
    strong: listed.includes(i),
  }));
  return (
    <section className="panel-card card" aria-labelledby="target-title" data-testid="one-target">
      <div className="section-head">
        <h2 id="target-title">Seen from query {at + 1}</h2>
      </div>
      <p>
        <LinkedText example={query} knowledge={knowledge} /> <Badge tone="good">{query.label}</Badge>
      </p>
      {linked.queryLinks[at]?.entities.size === 0 && (
        <p className="small">
          This query names no entity that counts: overlap is 0 and the distance the largest for every item, so that all
          are equally relevant.
        </p>
      )}
      <div className="target-columns">
        <figure className="target-figure">
          <ScatterPlot
            name="Overlap against nearness of each pool item"
            xName="near in the knowledge base"
            yName="shared entities"
            points={points}
          />
          <figcaption className="field-help">
            Each dot is a pool item; the {listed.length} most relevant are marked. Both as a share of the largest.
          </figcaption>
        </figure>
        <Candidates
          linked={linked}
          view={view}
          at={at}
          listed={listed}
          item={item}
          onItem={setChosen}
          knowledge={knowledge}
        />
      </div>
      <p className="formula num" data-testid="worked">
        d = {fixed(options.alpha, 2)} · ({fixed(row.overlap[item] as number, 3)} + {options.gamma}) / (
        {fixed(max.overlap, 3)} + {options.gamma}) + {fixed(1 - options.alpha, 2)} ·{' '}
        {Number.isNaN(row.distance[item])
          ? '0 (one of the two has no vector)'
          : `(1 − ${fixed(row.distance[item] as number, 3)} / ${fixed(max.distance, 3)})`}{' '}
        = <strong>{fixed(row.relevance[item] as number, 4)}</strong>
      </p>
    </section>
  );
}

function Candidates({
  linked,
  view,
  at,
  listed,
  item,
  onItem,
  knowledge,
}: {
  linked: Linked;
  view: KerView;
  at: number;
  listed: readonly number[];
  item: number;
  onItem: (i: number) => void;
  knowledge: Knowledge;
}) {
  const row = view.rows[at];
  return (
    <ScrollBox name="Most relevant pool items">
      <table className="plain-table candidates">
        <caption>Most relevant pool items; choose one to see its sum</caption>
        <thead>
          <tr>
            <th scope="col">Pool item</th>
            <th scope="col">Label</th>
            <th scope="col" className="right">
              J
            </th>
            <th scope="col" className="right">
              D
            </th>
            <th scope="col" className="right">
              d
            </th>
          </tr>
        </thead>
        <tbody>
          {listed.map((i) => {
            const example = linked.pool[i] as Example;
            const distance = row?.distance[i] ?? Number.NaN;
            return (
              <tr key={example.id} className={i === item ? 'row-chosen' : undefined}>
                <td className="candidate-text">
                  <span className="candidate-line">
                    <input
                      type="radio"
                      name="candidate"
                      aria-label={`Pool item ${example.id}`}
                      checked={i === item}
                      onChange={() => onItem(i)}
                    />
                    <span>
                      <LinkedText example={example} knowledge={knowledge} />
                    </span>
                  </span>
                </td>
                <td>{example.label}</td>
                <td className="right">{fixed(row?.overlap[i] ?? 0, 3)}</td>
                <td className="right">{Number.isNaN(distance) ? '–' : fixed(distance, 3)}</td>
                <td className="right">{fixed(row?.relevance[i] ?? 0, 3)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}
