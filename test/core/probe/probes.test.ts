import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../../src/core/data/example.ts';
import { type Probe, type ProbeTools, probes } from '../../../src/core/probe/probes.ts';
import { SYMBOLS, withSymbols } from '../../../src/core/probe/symbols.ts';
import { surfaces } from '../../../src/core/probe/text.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const knowledge = goldenKnowledge();
const { demoPool } = smallDataset();
const labels = ['place', 'tech', 'other'];

const toolsFor = (probe: Probe, seed: number): ProbeTools => ({
  mentions: (text) => knowledge.link(text),
  labelsOf: () => labels,
  random: (...name) => stream(seed, probe.id, ...name),
});

const probeOf = (id: string): Probe => {
  const found = probes.find((probe) => probe.id === id);
  if (found === undefined) throw new Error(`no probe ${id}`);
  return found;
};
const apply = (id: string, demos: readonly Example[], seed = 1) =>
  probeOf(id).apply(demos, toolsFor(probeOf(id), seed));
const namesIn = (demos: readonly { readonly example: Example }[]): string[] =>
  demos.flatMap(({ example }) => surfaces(example.text, knowledge.link(example.text)));

const demoLists = fc.shuffledSubarray([...demoPool], { minLength: 1 });

describe('probes', () => {
  it('keep the demonstrations, their number and their order', () => {
    for (const probe of probes) {
      fc.assert(
        fc.property(demoLists, fc.nat(1000), (demos, seed) => {
          const broken = probe.apply(demos, toolsFor(probe, seed));
          expect(broken.map(({ example }) => example.id)).toEqual(demos.map((demo) => demo.id));
        }),
        { numRuns: 20 },
      );
    }
  });

  it('change texts or labels, never both, and are repeatable', () => {
    for (const probe of probes) {
      const once = probe.apply(demoPool, toolsFor(probe, 3));
      expect(probe.apply(demoPool, toolsFor(probe, 3))).toEqual(once);
      const texts = once.some(({ example }, i) => example.text !== demoPool[i]?.text);
      const marks = once.some(({ example }, i) => example.label !== demoPool[i]?.label);
      expect(texts && marks).toBe(false);
    }
  });

  it('leave intact demonstrations intact', () => {
    expect(apply('intact', demoPool)).toEqual(demoPool.map((example) => ({ example })));
  });

  it('take every entity out', () => {
    expect(namesIn(apply('no-entities', demoPool))).toEqual([]);
    expect(apply('no-entities', demoPool)[0]?.example.text).toBe('is the pride of.');
  });

  it('shuffle entities over all demonstrations and touch no other word', () => {
    const broken = apply('shuffled-entities', demoPool);
    const before = namesIn(demoPool.map((example) => ({ example })));
    const outside = ({ text }: Example, names: readonly string[]) =>
      names.reduce((left, name) => left.replaceAll(name, '·'), text);
    const all = [...new Set(before)].sort((a, b) => b.length - a.length);
    broken.forEach(({ example }, i) => {
      expect(outside(example, all)).toBe(outside(demoPool[i] as Example, all));
    });
    const after = broken.flatMap(({ example }) =>
      all.flatMap((name) => (example.text.match(new RegExp(`\\b${name}\\b`, 'gu')) ?? []).map(() => name)),
    );
    expect(after.length).toBeGreaterThanOrEqual(before.length);
    expect(broken.some(({ example }, i) => example.text !== demoPool[i]?.text)).toBe(true);
  });

  it('shuffle the other words and keep the entities of each demonstration', () => {
    apply('shuffled-words', demoPool).forEach(({ example }, i) => {
      const own = demoPool[i] as Example;
      for (const name of surfaces(own.text, knowledge.link(own.text))) expect(example.text).toContain(name);
      expect(example.text.split(/\W+/u).sort()).toEqual(own.text.split(/\W+/u).sort());
    });
  });

  it('flip every label to another one, the same for all of a kind', () => {
    const broken = apply('flipped-labels', demoPool);
    broken.forEach(({ example }, i) => {
      expect(example.label).not.toBe(demoPool[i]?.label);
      expect(example.label).toBe(demoPool[i]?.label === 'place' ? 'tech' : 'other');
    });
  });

  it('draw random labels evenly, each demonstration for itself', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      for (const { example } of apply('random-labels', demoPool, seed)) {
        counts.set(example.label, (counts.get(example.label) ?? 0) + 1);
      }
    }
    for (const label of labels) expect(Math.abs((counts.get(label) ?? 0) - 1000)).toBeLessThan(120);
    const [first] = apply('random-labels', demoPool.slice(0, 1), 5);
    const among = apply('random-labels', demoPool, 5).find(({ example }) => example.id === first?.example.id);
    expect(among).toEqual(first);
  });

  it('hide labels, or say them by symbols that are all different', () => {
    expect(apply('no-labels', demoPool).every((demo) => demo.unlabelled === true)).toBe(true);
    const renamed = withSymbols(smallDataset());
    expect(renamed.labels.map((label) => label.words)).toEqual([['foo'], ['bar']]);
    expect(renamed.labels.map((label) => label.id)).toEqual(['place', 'tech']);
    expect(new Set(SYMBOLS).size).toBe(SYMBOLS.length);
    const many = Array.from({ length: SYMBOLS.length + 1 }, (_, i) => ({ id: `l${i}`, words: [`w${i}`] }));
    expect(() => withSymbols({ ...smallDataset(), labels: many })).toThrow(/symbols/u);
  });
});
