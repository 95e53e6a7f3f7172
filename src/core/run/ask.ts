import { softmax } from '../calibration/logspace.ts';
import type { SelectorContext } from '../demos/selector.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import { fitPrompt } from '../prompt/fit.ts';
import { renderSegments } from '../prompt/render.ts';
import { type Cell, scopeOf } from './cell.ts';
import { withWords } from './draft.ts';
import type { Scorer } from './scorer.ts';
import type { Setting } from './setting.ts';

const BATCH = 20;

/** What the model answers to items that are no queries, as a selector asks it: label after label, the nearest demo last. */
export const askFor =
  (setting: Setting, scorer: Scorer, { arm, trial }: Pick<Cell, 'arm' | 'trial'>): SelectorContext['ask'] =>
  async (demos, items) => {
    const { template, model, longestWord, signal, answersOf, onPhase } = setting;
    const ranked = withWords(setting, demos);
    const answers: (readonly number[] | null)[] = [];
    for (let at = 0; at < items.length; at += BATCH) {
      throwIfAborted(signal);
      onPhase(`${arm.name}: ${at} of ${items.length} answers that choosing demos needs first`);
      const batch = await Promise.all(
        items.slice(at, at + BATCH).map(async (item) => ({
          words: answersOf(item),
          fitted: await fitPrompt(ranked, {
            render: (kept) => renderSegments({ template, demos: kept, query: item }),
            arrange: (kept) => [...kept].reverse(),
            room: model.contextLength - longestWord,
            count: (texts) => scorer.count(texts),
          }),
        })),
      );
      const results = await scorer.score(
        batch.flatMap(({ words, fitted }) =>
          fitted === null ? [] : [{ prompt: fitted.prompt, continuations: words.continuations }],
        ),
        scopeOf([{ arm, trial }]),
      );
      let next = 0;
      for (const { words, fitted } of batch) {
        const result = fitted === null ? undefined : results[next++];
        const logprobs = result === undefined ? [] : words.labelLogprobs(result, arm.score);
        answers.push(logprobs.length > 0 && logprobs.every(Number.isFinite) ? softmax(logprobs) : null);
      }
    }
    return answers;
  };
