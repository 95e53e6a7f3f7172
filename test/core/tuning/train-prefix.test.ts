import { describe, expect, it } from 'vitest';
import type { PrefixGradient, PrefixGradientRequest, SolvedExample } from '../../../src/core/model/latent.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { trainPrefix } from '../../../src/core/tuning/train-prefix.ts';

const POINTS: readonly (readonly [number, number])[] = [
  [1, 2],
  [2, 1],
  [3, 2],
  [2, 3],
  [1, 1],
  [-1, -2],
  [-2, -1],
  [-3, -2],
  [-2, -3],
  [-1, -1],
];

/** Points on two sides of a line, the label being the side. */
const examples: SolvedExample[] = POINTS.map(([x, y]) => ({
  prompt: `${x} ${y}`,
  continuations: [' under', ' above'],
  labels: [0, 1],
  gold: x > 0 ? 1 : 0,
}));

/** Logistic regression whose two weights are the first key and the first value. */
async function logistic({ examples: batch, prefix }: PrefixGradientRequest): Promise<PrefixGradient> {
  const losses: number[] = [];
  const by = { keys: new Float32Array(prefix.keys.length), values: new Float32Array(prefix.values.length) };
  for (const { prompt, gold } of batch) {
    const [x = 0, y = 0] = prompt.split(' ').map(Number);
    const p = 1 / (1 + Math.exp(-(x * (prefix.keys[0] as number) + y * (prefix.values[0] as number))));
    losses.push(-Math.log(gold === 1 ? p : 1 - p));
    by.keys[0] = (by.keys[0] as number) + ((p - gold) * x) / batch.length;
    by.values[0] = (by.values[0] as number) + ((p - gold) * y) / batch.length;
  }
  return { losses, ...by, usage: { asked: 20 * batch.length, computed: 10 * batch.length } };
}

const setup = (changes: Partial<Parameters<typeof trainPrefix>[0]> = {}) => ({
  examples,
  start: { keys: Float32Array.of(-0.3, 7), values: Float32Array.of(0.1, 7) },
  steps: 20,
  learningRate: 0.1,
  random: stream('order', 1),
  gradient: logistic,
  onPhase: () => {},
  ...changes,
});

describe('learning a prefix', () => {
  it('lowers the loss on what can be told apart, and touches nothing that the loss does not depend on', async () => {
    const start = setup().start;
    const { prefix, learned } = await trainPrefix(setup());
    expect(learned.lastLoss).toBeLessThan(0.3 * learned.firstLoss);
    expect([prefix.keys[1], prefix.values[1]]).toEqual([7, 7]);
    expect(start.keys[0]).toBeCloseTo(-0.3);
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const once = await trainPrefix(setup());
    expect(await trainPrefix(setup())).toEqual(once);
    expect(await trainPrefix(setup({ random: stream('order', 2) }))).not.toEqual(once);
  });

  it('sees every item once before any again, eight a step, and counts what was read', async () => {
    const seen: string[][] = [];
    const { learned } = await trainPrefix(
      setup({
        steps: 4,
        gradient: (request) => {
          seen.push(request.examples.map(({ prompt }) => prompt));
          return logistic(request);
        },
      }),
    );
    expect(seen.map((batch) => batch.length)).toEqual([8, 2, 8, 2]);
    for (const pass of [seen.slice(0, 2), seen.slice(2)]) expect(new Set(pass.flat()).size).toBe(10);
    expect(learned).toMatchObject({ items: 10, steps: 4, tokens: 200 });
  });

  it('ends with the reason at the step that is stopped, and asks for nothing more', async () => {
    const phases: string[] = [];
    let calls = 0;
    const stopped = trainPrefix(
      setup({
        gradient: async (request) => {
          if (++calls === 3) throw new Error('stopped');
          return logistic(request);
        },
        onPhase: (text) => phases.push(text),
      }),
    );
    await expect(stopped).rejects.toThrow('stopped');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(calls).toBe(3);
    expect(phases).toHaveLength(3);
    expect(phases[2]).toMatch(/10 items, step 3 of 20, loss \d\.\d{3}$/u);
  });
});
