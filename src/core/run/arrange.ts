import { softmax } from '../calibration/logspace.ts';
import { candidateOrders, globalEntropy, localEntropy } from '../demos/entropy.ts';
import { type EntropyOrder, isEntropyOrder, ordered, type PlainOrder } from '../demos/order.ts';
import type { SelectFor } from '../demos/selector.ts';
import type { ScoreResult } from '../model/language-model.ts';
import { fitPrompt } from '../prompt/fit.ts';
import { promptText, renderSegments, type Shown } from '../prompt/render.ts';
import { streamSeed } from '../random/stream.ts';
import { type Cell, scopeOf, trialStream, type Work } from './cell.ts';
import { type Arrange, type Demo, withWords } from './draft.ts';
import { commonDemos } from './selection.ts';

/** Tokens of a text that the model writes to probe orders with. */
const PROBE = { maxTokens: 40, temperature: 1, topP: 0.95 } as const;

/** How the demos of a cell are put in order. */
export async function arrangementOf(work: Work, first: Cell, select: SelectFor): Promise<(cell: Cell) => Arrange> {
  const { setting } = work;
  const { arm, trial } = first;
  const { order } = arm;
  if (isEntropyOrder(order)) {
    const probed = await setting.remember(['order', arm.select, arm.shots, arm.score, trial], () =>
      probeOrders(work, first, withWords(setting, commonDemos(setting, select))),
    );
    const place = new Map(best(probed, order).map((id, i) => [id, i]));
    // Demos that the probing prompts had no room for come first, farthest from the query.
    return () => (ranked) =>
      [...ranked].reverse().sort((a, b) => (place.get(a.example.id) ?? -1) - (place.get(b.example.id) ?? -1));
  }
  const labelAt = new Map(setting.dataset.labels.map(({ id }, i) => [id, i]));
  return ({ query }) =>
    (ranked) =>
      ordered(
        ranked,
        order satisfies PlainOrder,
        () => trialStream(setting, trial, 'order', query.id),
        ({ example }) => labelAt.get(example.label) ?? -1,
      );
}

interface Probed {
  /** Ids of the demos in the order of the prompt. */
  readonly ids: readonly string[];
  readonly entropies: Readonly<Record<EntropyOrder, number>>;
}

const best = (probed: readonly Probed[], order: EntropyOrder): readonly string[] =>
  probed.reduce((a, b) => (b.entropies[order] > a.entropies[order] ? b : a)).ids;

/**
 * Entropy probing (Lu et al. 2022; METHODS 6): under each order of the demos the model writes one new input; all of them
 * together, without labels, are then answered under each order.
 */
async function probeOrders(work: Work, first: Cell, ranked: readonly Demo[]): Promise<Probed[]> {
  const { setting, scorer } = work;
  const { template, model, longestWord, dataset } = setting;
  const { arm, trial } = first;
  const fitted = await fitPrompt(ranked, {
    render: (demos) => renderSegments({ template, demos, query: { text: '' } }),
    arrange: (demos) => [...demos].reverse(),
    room: model.contextLength - template.inputNames.length * (PROBE.maxTokens + 2) - longestWord,
    count: (texts) => scorer.count(texts),
  });
  const demos = fitted?.kept ?? [];
  const orders = candidateOrders(demos.length, trialStream(setting, trial, 'order/probe')).map((order) =>
    order.map((i) => demos[i] as Demo),
  );
  setting.onPhase(`${arm.name}: probing ${orders.length} orders`);
  const probes = await writeProbes(work, first, orders);
  const words = setting.answersOf(first.query);
  const results = await scorer.score(
    orders.flatMap((order) =>
      probes.map((query) => ({
        prompt: promptText(renderSegments({ template, demos: order, query })),
        continuations: words.continuations,
      })),
    ),
    scopeOf([first]),
  );
  return orders.map((order, i) => {
    const rows = results
      .slice(i * probes.length, (i + 1) * probes.length)
      .map((result: ScoreResult) => softmax(words.labelLogprobs(result, arm.score)));
    const predictions = rows.map((row) => row.indexOf(Math.max(...row)));
    return {
      ids: order.map(({ example }) => example.id),
      entropies: {
        'global-entropy': globalEntropy(predictions, dataset.labels.length),
        'local-entropy': localEntropy(rows),
      },
    };
  });
}

/** One input written by the model after the demos of each order; empty and repeated ones are left out. */
async function writeProbes({ setting, scorer }: Work, first: Cell, orders: readonly (readonly Demo[])[]) {
  const { template, spec } = setting;
  let texts = orders.map(() => [] as string[]);
  for (const [part] of template.inputNames.entries()) {
    const written = await scorer.generate(
      orders.map((demos, i) => ({
        ...PROBE,
        prompt: openPrompt(demos, template, texts[i] ?? []),
        stop: ['\n'],
        seed: streamSeed(spec.seed, 'trial', first.trial, 'order/write', i, part) >>> 0,
      })),
      scopeOf([first]),
    );
    texts = texts.map((own, i) => [...own, written[i]?.text.trim() ?? '']);
  }
  const full = texts.filter((own) => own.every((text) => text !== ''));
  const distinct = new Map(full.map((own) => [own.join('\n'), own]));
  return [...distinct.values()].map(
    ([text = '', text2]): Shown => ({ text, ...(text2 === undefined ? {} : { text2 }) }),
  );
}

/** Instruction and demos, then the lines of a new input up to the name of the text that is to be written. */
function openPrompt(demos: readonly Demo[], template: Work['setting']['template'], texts: readonly string[]): string {
  const context = renderSegments({ template, demos, query: { text: '' } }).filter(
    (s) => s.role !== 'query' && s.role !== 'cue',
  );
  const lines = [...texts, ''].map((text, i) => {
    const name = template.inputNames[i] ?? '';
    return [name === '' ? '' : `${name}:`, text].filter((part) => part !== '').join(' ');
  });
  return promptText(context) + lines.join('\n');
}
