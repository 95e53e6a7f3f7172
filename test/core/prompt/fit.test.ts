import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEntropyOrder, ORDERS, ordered, type PlainOrder } from '../../../src/core/demos/order.ts';
import { fitPrompt } from '../../../src/core/prompt/fit.ts';
import { promptText, renderSegments } from '../../../src/core/prompt/render.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { example } from '../../support/small-world.ts';

const template = { instruction: '', inputNames: ['In'], labelName: 'Out' };
const query = { text: 'the last question' };
const plainOrders = ORDERS.map((o) => o.value).filter((o): o is PlainOrder => !isEntropyOrder(o));
const ranked = ['nearest', 'near by', 'not so very near', 'far'].map((text, i) => ({
  example: example(`d${i}`, text, 'x'),
  word: 'yes',
}));
const wordsIn = (text: string): number => text.split(/\s+/u).filter((w) => w !== '').length;
const count = async (texts: readonly string[]): Promise<number[]> => texts.map(wordsIn);
const arrange =
  (order: PlainOrder) =>
  <D>(demos: readonly D[]): D[] =>
    ordered(
      demos,
      order,
      () => stream('fit'),
      () => 0,
    );
const render = (demos: readonly (typeof ranked)[number][]) => renderSegments({ template, demos, query });
const fitInto = (room: number, order: PlainOrder = 'nearest-last', demos = ranked) =>
  fitPrompt(demos, { render, arrange: arrange(order), room, count });

describe('fitting a prompt to the context', () => {
  it('keeps every demonstration where there is room', async () => {
    const fitted = await fitInto(1000);
    expect(fitted?.kept.map((d) => d.example.id)).toEqual(['d3', 'd2', 'd1', 'd0']);
    expect(fitted?.dropped).toEqual([]);
  });

  it('drops whole demonstrations, the least relevant first', async () => {
    const all = (await fitInto(1000))?.tokens as number;
    const fewer = await fitInto(all - 1);
    expect(fewer?.dropped.map((d) => d.example.id)).toEqual(['d3']);
    const least = await fitInto(1 + wordsIn('In: the last question Out:'));
    expect(least?.kept).toEqual([]);
    expect(least?.dropped.map((d) => d.example.id)).toEqual(['d3', 'd2', 'd1', 'd0']);
  });

  it('gives up where even the query alone does not fit', async () => {
    expect(await fitInto(5)).toBeNull();
  });

  it('uses the last token of the room, start token counted', async () => {
    const all = (await fitInto(1000))?.tokens as number;
    expect((await fitInto(all))?.kept).toHaveLength(4);
  });

  it('has room for the prompts that are scored beside it, too', async () => {
    const beside = (kept: readonly unknown[]): string[] => ['word '.repeat(10 + 4 * kept.length)];
    const within = (room: number) =>
      fitPrompt(ranked, { render, arrange: arrange('nearest-last'), room, count, companions: beside });
    const fitted = await within(24);
    expect(fitted?.kept).toHaveLength(3);
    expect(await within(10)).toBeNull();
  });

  it('never exceeds the room, keeps the most relevant ones, and cuts no text, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom(...plainOrders),
        fc.nat(4),
        async (room, order, shots) => {
          const demos = ranked.slice(0, shots);
          const fitted = await fitInto(room, order, demos);
          if (fitted === null) return;
          expect(1 + wordsIn(fitted.prompt)).toBe(fitted.tokens);
          expect(fitted.tokens).toBeLessThanOrEqual(room);
          const n = fitted.kept.length;
          expect(new Set(fitted.kept)).toEqual(new Set(demos.slice(0, n)));
          expect(fitted.dropped).toEqual(demos.slice(n).reverse());
          expect(fitted.prompt).toBe(promptText(fitted.segments));
          expect(fitted.segments).toEqual(renderSegments({ template, demos: fitted.kept, query }));
        },
      ),
    );
  });
});
