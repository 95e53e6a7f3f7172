import type { Example } from '../data/example.ts';
import type { SelectFor } from '../demos/selector.ts';
import { dataError, specError } from '../errors.ts';
import type { GenerateRequest } from '../model/language-model.ts';
import { fitPrompt } from '../prompt/fit.ts';
import { inputLines, promptText, renderSegments } from '../prompt/render.ts';
import { streamSeed } from '../random/stream.ts';
import type {
  FewShot,
  FewShotPrompt,
  LatentTools,
  Outcome,
  Review,
  RuminationContext,
  Step,
  Subject,
} from '../rumination/rumination.ts';
import { type Cell, scopeOf, trialStream, type Work } from './cell.ts';
import { type Arrange, withWords } from './draft.ts';
import { ruminationOf } from './methods.ts';

/** What a rumination came to, and the tokens that the model read and wrote for it. */
export interface Reviewed {
  readonly review: Review | 'too-long';
  readonly read: number;
  readonly written: number;
}

/** All cells go on side by side, so that what they have the model write is one batch a step. */
export async function reviews(
  work: Work,
  cells: readonly Cell[],
  select: SelectFor,
  arrangement: (cell: Cell) => Arrange,
): Promise<Reviewed[]> {
  const states: { outcome: Outcome; spent: Spent }[] = [];
  for (const cell of cells) {
    const spent: Spent = { read: 0, written: 0 };
    const context = contextOf(work, cell, select, arrangement, spent);
    const outcome = await ruminationOf(cell.arm).plan(context, cell.arm.ruminate as never);
    states.push({ outcome, spent });
  }
  for (;;) {
    const steps = states.flatMap((state) => (isStep(state.outcome) ? [{ state, step: state.outcome }] : []));
    if (steps.length === 0) break;
    const fitting = [];
    for (const { state, step } of steps) {
      const lengths = await lengthsOf(work, step.requests);
      if (
        step.requests.every(
          ({ maxTokens }, i) => (lengths[i] as number) + maxTokens <= work.setting.model.contextLength,
        )
      )
        fitting.push({ state, step, lengths });
      else state.outcome = 'too-long';
    }
    const written = await work.scorer.generate(
      fitting.flatMap(({ step }) => step.requests),
      scopeOf(cells),
    );
    let at = 0;
    for (const { state, step, lengths } of fitting) {
      const own = written.slice(at, at + step.requests.length);
      at += own.length;
      state.spent.read += lengths.reduce((sum, n) => sum + n, 0);
      state.spent.written += own.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
      state.outcome = await step.next(own.map(({ text }) => text));
    }
  }
  return states.map(({ outcome, spent }) => ({ review: outcome as Review | 'too-long', ...spent }));
}

interface Spent {
  read: number;
  written: number;
}

const isStep = (outcome: Outcome): outcome is Step => outcome !== 'too-long' && 'next' in outcome;

/** Tokens of each prompt, the start token counted. */
const lengthsOf = async ({ scorer }: Work, requests: readonly GenerateRequest[]): Promise<number[]> =>
  (await scorer.count(requests.map(({ prompt }) => prompt))).map((n) => n + 1);

function contextOf(
  work: Work,
  cell: Cell,
  select: SelectFor,
  arrangement: (cell: Cell) => Arrange,
  spent: Spent,
): RuminationContext {
  const { setting, scorer } = work;
  const { template, knowledge, pool, dataset, model, longestWord, spec } = setting;
  const { arm, trial, query } = cell;
  const subjectOf = (example: Example): Subject => ({
    id: example.id,
    query: example,
    lines: inputLines(template, example),
    frame: template.frame,
    seed: streamSeed(spec.seed, 'trial', trial, 'ruminate', example.id) >>> 0,
  });
  const fewShot = async ({ thought, demoThoughts, room }: FewShot): Promise<FewShotPrompt | null> => {
    const fitted = await fitPrompt(withWords(setting, select(query), demoThoughts), {
      render: (demos) => renderSegments({ template, demos, query, thought }),
      arrange: arrangement(cell),
      room: model.contextLength - longestWord - room,
      count: (texts) => scorer.count(texts),
    });
    if (fitted === null) return null;
    const last = fitted.segments.findLastIndex(({ role }) => role === 'thought');
    return { whole: fitted.prompt, throughThought: promptText(fitted.segments.slice(0, last + 1)).trimEnd() };
  };
  const latent = (): LatentTools => {
    if (model.latent === undefined)
      throw specError(
        `The inside of ${model.identity.id} is closed. Choose the embedded model, or another rumination.`,
      );
    return {
      shape: model.latent.shape,
      inspect: async (request) => {
        const inspection = await scorer.inspect(request);
        spent.read += inspection.promptTokens;
        return inspection;
      },
      learn: (request) =>
        setting.remember(['rows', { ...arm, id: '', name: '', calibrate: '' }, trial], () =>
          import('./learn.ts').then(({ learnRows }) => learnRows(work, cell, select, arrangement, subjectOf, request)),
        ),
    };
  };
  return {
    ...subjectOf(query),
    taskName: dataset.title.charAt(0).toLowerCase() + dataset.title.slice(1),
    knowledge,
    demos: () => select(query).map(({ example }) => subjectOf(example)),
    elsewhere: () => {
      const others = pool.filter(({ id }) => id !== query.id);
      const chosen =
        others[trialStream(setting, trial, 'ruminate/elsewhere', query.id).below(Math.max(1, others.length))];
      if (chosen === undefined)
        throw dataError(
          `"${arm.name}" takes what is written about another text of the pool, and the pool is empty. Give a pool, or choose another rumination.`,
        );
      return subjectOf(chosen);
    },
    fewShot,
    count: async (text) => (await scorer.count([text]))[0] ?? 0,
    latent,
  };
}
