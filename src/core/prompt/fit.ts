import type { Example } from '../data/example.ts';
import { type PromptParts, promptText, renderSegments, type Segment } from './render.ts';

export interface FittedPrompt<D> {
  readonly segments: readonly Segment[];
  readonly prompt: string;
  /** Tokens of the prompt, the start token counted. */
  readonly tokens: number;
  /** In the order of the prompt. */
  readonly kept: readonly D[];
  /** Farthest first. */
  readonly dropped: readonly D[];
}

interface Demo {
  readonly example: Example;
  readonly word: string;
}

/**
 * Renders a prompt that leaves room for the longest continuation. Where it does not fit, whole demos are dropped, the
 * least relevant first; text is never cut.
 * @param ranked demos, most relevant first.
 * @param arrange puts ranked demos into the order of the prompt.
 * @param room tokens for prompt and start token.
 * @param count tokens of texts, the start token not counted.
 * @param companions prompts that are scored beside it with the same demos, such as content-free ones: they must fit too.
 * @returns `null` where even the query alone does not fit.
 */
export async function fitPrompt<D extends Demo>(
  parts: Omit<PromptParts, 'demos'>,
  ranked: readonly D[],
  arrange: (demos: readonly D[]) => readonly D[],
  room: number,
  count: (texts: readonly string[]) => Promise<readonly number[]>,
  companions: (kept: readonly D[]) => readonly string[] = () => [],
): Promise<FittedPrompt<D> | null> {
  for (let keep = ranked.length; keep >= 0; keep--) {
    const kept = arrange(ranked.slice(0, keep));
    const segments = renderSegments({ ...parts, demos: kept });
    const prompt = promptText(segments);
    const counts = await count([prompt, ...companions(kept)]);
    const tokens = 1 + (counts[0] ?? 0);
    if (counts.every((n) => n + 1 <= room))
      return { segments, prompt, tokens, kept, dropped: ranked.slice(keep).reverse() };
  }
  return null;
}
