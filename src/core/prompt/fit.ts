import { promptText, type Segment } from './render.ts';

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

export interface Fitting<D> {
  /** The prompt with these demos, in their order. */
  readonly render: (demos: readonly D[]) => readonly Segment[];
  /** Puts ranked demos into the order of the prompt. */
  readonly arrange: (ranked: readonly D[]) => readonly D[];
  /** Tokens for prompt and start token, so that the longest continuation fits after it. */
  readonly room: number;
  /** Tokens of texts, the start token not counted. */
  readonly count: (texts: readonly string[]) => Promise<readonly number[]>;
  /** Texts that are scored beside it with the same demos, such as content-free prompts: they must fit too. */
  readonly companions?: (kept: readonly D[]) => readonly string[];
}

/**
 * Renders a prompt that leaves room for the longest continuation. Where it does not fit, whole demos are dropped, the
 * least relevant first; text is never cut.
 * @param ranked demos, most relevant first.
 * @returns `null` where even the query alone does not fit.
 */
export async function fitPrompt<D>(
  ranked: readonly D[],
  { render, arrange, room, count, companions = () => [] }: Fitting<D>,
): Promise<FittedPrompt<D> | null> {
  for (let keep = ranked.length; keep >= 0; keep--) {
    const kept = arrange(ranked.slice(0, keep));
    const segments = render(kept);
    const prompt = promptText(segments);
    const counts = await count([prompt, ...companions(kept)]);
    const tokens = 1 + (counts[0] ?? 0);
    if (counts.every((n) => n + 1 <= room))
      return { segments, prompt, tokens, kept, dropped: ranked.slice(keep).reverse() };
  }
  return null;
}
