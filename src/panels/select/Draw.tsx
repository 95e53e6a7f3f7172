import { useEffect, useMemo, useState } from 'react';
import type { Example } from '../../core/data/example.ts';
import { selectors } from '../../core/demos/registry.ts';
import type { Selected } from '../../core/demos/selector.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { answersTo } from '../../core/prompt/answers.ts';
import { renderSegments } from '../../core/prompt/render.ts';
import { verbalizer } from '../../core/prompt/verbalizer.ts';
import { stream } from '../../core/random/stream.ts';
import type { Arm } from '../../core/run/spec.ts';
import { Badge, Disclosure } from '../../ui/feedback.tsx';
import { fixed, percent, plural } from '../../ui/format.ts';
import { PromptView } from '../compare/answers/PromptView.tsx';
import type { Results } from '../host.ts';
import type { KerView, Linked } from './ker-view.ts';
import { LinkedText } from './OneTarget.tsx';
import type { Ker } from './SelectPanel.tsx';

interface Props {
  readonly results: Results;
  readonly arm: Arm;
  readonly options: Ker;
  readonly linked: Linked;
  readonly view: KerView;
  readonly at: number;
  readonly knowledge: Knowledge;
}

/** The weights of the pool, the demonstrations that they drew, and the prompt that comes of it. */
export function Draw(props: Props) {
  const { linked, view, arm } = props;
  const drawn = useDraw(props);
  const places = new Map(linked.pool.map((example, i) => [example.id, i]));
  const chosen = new Set(drawn.map(({ example }) => places.get(example.id) ?? -1));
  const { length } = linked.pool;
  const heaviest = view.weight[view.order[0] ?? 0] ?? 0;
  return (
    <section className="panel-card card" aria-labelledby="draw-title" data-testid="draw">
      <div className="section-head">
        <h2 id="draw-title">Weights and draw</h2>
        <p className="muted small">
          One draw of {plural(arm.shots, 'example')} serves all queries, as in the paper; the first trial, seed{' '}
          {props.results.experiment.spec.seed}.
        </p>
      </div>
      <Weights view={view} chosen={chosen} />
      <p className="small num" data-testid="flatness">
        The weights are worth {fixed(view.effective, 0)} equal ones of {length}; the heaviest item has{' '}
        {fixed(heaviest * length, 2)} times the mean weight.
        {view.effective > 0.9 * length && ' So nearly flat, the draw is close to a random one.'}
      </p>
      <ol className="drawn">
        {drawn.map(({ example }) => (
          <li key={example.id} className="small">
            <Badge>{example.label}</Badge>{' '}
            <span className="muted num">{percent(view.weight[places.get(example.id) ?? 0] ?? 0, 2)}</span>{' '}
            <LinkedText example={example} knowledge={props.knowledge} />
          </li>
        ))}
      </ol>
      <Disclosure summary="The drawn prompt">
        <DrawnPrompt {...props} drawn={drawn} />
      </Disclosure>
    </section>
  );
}

/** What the selector of a run would draw; it is the same code. */
function useDraw({ results, arm, options, linked, knowledge }: Props): readonly Selected[] {
  const [drawn, setDrawn] = useState<readonly Selected[]>([]);
  const { seed } = results.experiment.spec;
  const { labels } = results.dataset;
  useEffect(() => {
    let current = true;
    const { pool, queries } = linked;
    const first = queries[0];
    if (first === undefined || arm.shots === 0) return setDrawn([]);
    const context = {
      pool,
      targets: queries,
      labels,
      shots: Math.min(arm.shots, pool.length),
      knowledge,
      embed: () => Promise.reject(new Error('knowledge relevance embeds no text')),
      ask: () => Promise.reject(new Error('knowledge relevance asks no model')),
      random: (...name: readonly (string | number)[]) => stream(seed, 'trial', 0, ...name),
    };
    void selectors.ker.prepare(context, options).then((select) => {
      if (current) setDrawn(select(first));
    });
    return () => {
      current = false;
    };
  }, [linked, arm.shots, labels, knowledge, seed, options]);
  return drawn;
}

function DrawnPrompt({ results, linked, at, knowledge, drawn }: Props & { drawn: readonly Selected[] }) {
  const { dataset, experiment } = results;
  const template = experiment.spec.template ?? dataset.template;
  const query = linked.queries[at] as Example;
  const segments = useMemo(
    () =>
      renderSegments({
        template,
        query,
        demos: [...drawn].reverse().map(({ example }) => ({
          example,
          word: verbalizer(answersTo({ labels: dataset.labels, template }, example)).wordOf(example.label),
        })),
      }),
    [template, query, drawn, dataset.labels],
  );
  return (
    <>
      <p className="field-help">The heaviest example last, before anything is dropped to fit the context.</p>
      <PromptView cell={{ segments, promptTokens: null }} query={query} dataset={dataset} link={knowledge.link} />
    </>
  );
}

/** Weights, the heaviest first; the drawn ones are marked. A picture of the list below it. */
function Weights({ view, chosen }: { view: KerView; chosen: ReadonlySet<number> }) {
  const { weight, order } = view;
  const top = weight[order[0] ?? 0] ?? 1;
  const width = 100 / Math.max(1, order.length);
  return (
    <svg className="weights" width="100%" height="64" role="img" aria-label="Weight of each pool item, heaviest first">
      {order.map((i, rank) => {
        const share = top === 0 ? 0 : (weight[i] as number) / top;
        return (
          <rect
            key={i}
            className={chosen.has(i) ? 'weight-drawn' : 'weight'}
            x={`${rank * width}%`}
            y={64 - 60 * share}
            width={`${width}%`}
            height={60 * share}
          />
        );
      })}
    </svg>
  );
}
