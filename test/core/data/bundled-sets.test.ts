import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { datasetCatalog } from '../../../src/core/data/bundled.ts';
import { parseCard, parseDataset } from '../../../src/core/data/card.ts';
import { asksOptions, type Example, fullText } from '../../../src/core/data/example.ts';
import { guardPool, normalisedText } from '../../../src/core/data/leak.ts';
import { words } from '../../../src/core/words.ts';

const folder = (id: string): URL => new URL(`../../../public/datasets/${id}/`, import.meta.url);
const FILES = ['card.json', 'pool.jsonl', 'eval.jsonl'] as const;
const complete = (id: string): boolean => FILES.every((file) => existsSync(new URL(file, folder(id))));
const read = (id: string, file: (typeof FILES)[number]): string => readFileSync(new URL(file, folder(id)), 'utf8');

const shingles = (text: string): Set<string> => {
  const list = words(text);
  return new Set(list.flatMap((_, i) => (i + 3 <= list.length ? [list.slice(i, i + 3).join(' ')] : [])));
};

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const x of a) if (b.has(x)) shared++;
  const union = a.size + b.size - shared;
  return union === 0 ? 0 : shared / union;
}

/** Pairs that share more than half of their runs of three words; only pairs with a run in common are looked at. */
function nearDuplicates(examples: readonly Example[]): string[] {
  const sets = examples.map((e) => shingles(fullText(e)));
  const holders = new Map<string, number[]>();
  sets.forEach((set, i) => {
    for (const s of set) holders.set(s, [...(holders.get(s) ?? []), i]);
  });
  const pairs = new Set(
    [...holders.values()].flatMap((list) => list.flatMap((a) => list.filter((b) => a < b).map((b) => `${a} ${b}`))),
  );
  return [...pairs].flatMap((pair) => {
    const [a, b] = pair.split(' ').map(Number) as [number, number];
    return jaccard(sets[a] as Set<string>, sets[b] as Set<string>) > 0.5
      ? [`${fullText(examples[a] as Example)} | ${fullText(examples[b] as Example)}`]
      : [];
  });
}

const present = datasetCatalog.map((entry) => entry.id).filter(complete);

it('at least one bundled set is there', () => {
  expect(present).toContain('question-type');
});

describe.each(present)('bundled set %s', (id) => {
  const files = { card: read(id, 'card.json'), pool: read(id, 'pool.jsonl'), eval: read(id, 'eval.jsonl') };
  const dataset = parseDataset(files, id);
  const card = parseCard(files.card, id);
  const all = [...dataset.demoPool, ...dataset.evalSet];

  it('has a card under its own name and title, with licence and provenance', () => {
    expect(card.id).toBe(id);
    expect(card.title).toBe(datasetCatalog.find((entry) => entry.id === id)?.title);
    expect(card.licence).not.toBe('');
    expect(card.provenance).not.toBe('');
    expect(card.template.inputNames).toHaveLength(card.task === 'pair' ? 2 : 1);
    expect(card.template.labelName).toMatch(/^\S(.*\S)?$/u);
  });

  it('has at least 120 items in the pool, or 100 questions, and 120 to evaluate', () => {
    expect(dataset.demoPool.length).toBeGreaterThanOrEqual(asksOptions(dataset) ? 100 : 120);
    expect(dataset.evalSet.length).toBeGreaterThanOrEqual(120);
  });

  it('is balanced in both', () => {
    for (const split of [dataset.demoPool, dataset.evalSet]) {
      const counts = dataset.labels.map((label) => split.filter((e) => e.label === label.id).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it('mixes the labels from the start, so that the first twenty queries show all of them', () => {
    const first = new Set(dataset.evalSet.slice(0, 20).map((e) => e.label));
    expect(first.size).toBe(dataset.labels.length);
  });

  it('has ids that occur once and tell pool from evaluation', () => {
    expect(new Set(all.map((e) => e.id)).size).toBe(all.length);
    for (const e of dataset.demoPool) expect(e.id).toMatch(/^p\d+$/u);
    for (const e of dataset.evalSet) expect(e.id).toMatch(/^e\d+$/u);
  });

  it('repeats no text within or across its parts', () => {
    const texts = all.map((e) => normalisedText(fullText(e)));
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([]);
    expect(guardPool(dataset.demoPool, dataset.evalSet).pool).toHaveLength(dataset.demoPool.length);
  });

  it('has no near duplicates by runs of three words', () => {
    expect(nearDuplicates(all)).toEqual([]);
  });

  it.runIf(asksOptions(dataset))('has options of one line, distinct for each question', () => {
    for (const { id: item, options = [] } of all) {
      expect(new Set(options.map(normalisedText)).size, item).toBe(options.length);
      for (const option of options) expect(option, item).toMatch(/^\S(?:[^\n\r\t]*\S)?$/u);
    }
  });

  it.skipIf(asksOptions(dataset))('has no label or label word in a text', () => {
    const phrase = (text: string) => ` ${words(text).join(' ')} `;
    const forbidden = dataset.labels.flatMap((label) => [label.id, ...label.words]).map(phrase);
    const leaking = all.filter((e) => forbidden.some((word) => phrase(fullText(e)).includes(word)));
    expect(leaking.map((e) => `${e.id} ${e.text}`)).toEqual([]);
  });

  it('has clean one-line texts', () => {
    const odd = all.filter((e) => e.text !== e.text.trim() || /[\n\r\t\u00a0\u200b]| {2}|[“”‘’…—]/u.test(e.text));
    expect(odd.map((e) => `${e.id} ${e.text}`)).toEqual([]);
  });
});
