import { throwIfAborted } from '../../core/model/engine-error.ts';
import type { LanguageModel } from '../../core/model/language-model.ts';

export interface Speed {
  /** Prompt tokens that the model reads in a second. */
  readonly read: number | null;
  /** Tokens that it writes in a second, one text at a time. */
  readonly written: number | null;
}

const REPEATS = 3;
const TEXT = 'A walk along the river took them past the old mill, two bridges and a garden full of late roses. ';

/**
 * Medians of three timed calls after a first one that warms up. Each text is new, so that nothing comes from a cache.
 * @param writes whether writing is measured too, where the model does.
 */
export async function measureSpeed(
  model: LanguageModel,
  signal: AbortSignal,
  onStep: (done: number, total: number) => void,
  writes = true,
): Promise<Speed> {
  const read: number[] = [];
  const written: number[] = [];
  const total = 1 + REPEATS;
  for (let i = 0; i < total; i++) {
    throwIfAborted(signal);
    onStep(i, total);
    const prompt = () => `${Math.random().toString(36).slice(2)} ${TEXT.repeat(6)}`;
    if (model.capabilities.has('logprobs')) {
      const requests = [0, 1, 2, 3].map(() => ({ prompt: prompt(), continuations: [' The'] }));
      const start = performance.now();
      const { usage } = await model.score(requests, { signal });
      if (i > 0) read.push((usage.computed / (performance.now() - start)) * 1000);
    }
    if (writes && model.capabilities.has('generate')) {
      const request = { prompt: prompt(), maxTokens: 24, temperature: 1, topP: 1, stop: [], seed: i };
      await model.generate([{ ...request, maxTokens: 1 }], { signal });
      const start = performance.now();
      const { results } = await model.generate([request], { signal });
      // The prompt is read once more where the engine keeps no prefix; it is part of what writing costs there.
      if (i > 0) written.push(((results[0]?.tokenIds.length ?? 0) / (performance.now() - start)) * 1000);
    }
  }
  return { read: median(read), written: median(written) };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
