import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { datasetCatalog, loadDataset } from '../../../src/core/data/bundled.ts';
import type { Dataset, Example } from '../../../src/core/data/example.ts';
import { lintDataset } from '../../../src/core/data/lint.ts';
import { lettersUpTo } from '../../../src/core/data/options.ts';
import { loadKnowledge } from '../../../src/core/knowledge/load.ts';
import type { Knowledge } from '../../../src/core/knowledge/types.ts';
import { question } from '../../support/questions.ts';

const publicDir = fileURLToPath(new URL('../../../public/', import.meta.url));
const assets = { read: async (path: string) => new Uint8Array(readFileSync(publicDir + path)) };

let knowledge: Knowledge;
beforeAll(async () => {
  knowledge = await loadKnowledge(assets);
});

const item = (id: string, text: string, label: string): Example => ({ id, text, label });

/** A set without a fault: what each test plants is the only one. */
const clean: Dataset = {
  id: 'clean',
  title: 'Clean',
  labels: [
    { id: 'good', words: ['good'] },
    { id: 'bad', words: ['bad'] },
  ],
  template: { instruction: '', inputNames: ['Review'], labelName: 'Sentiment' },
  demoPool: [
    item('p1', 'We laughed all through dinner in Paris', 'good'),
    item('p2', 'The museum in Berlin bored my whole family', 'bad'),
  ],
  evalSet: [
    item('e1', 'Nothing in Rome was worth that queue', 'bad'),
    item('e2', 'London sparkled and so did the cast of Hamlet', 'good'),
    item('e3', 'Nobody on the ferry to Athens dared smile', 'bad'),
    item('e4', 'A quiet Sunday by the Danube healed me', 'good'),
  ],
  digest: '',
};

const rulesOf = (change: Partial<Dataset>) =>
  lintDataset({ ...clean, ...change }, knowledge).findings.map((f) => f.rule);
const withQuery = (text: string, label = 'bad') => ({
  evalSet: [
    ...clean.evalSet,
    item('e5', text, label),
    item('e6', 'Vienna in spring, and my shoes were ruined by slush', label === 'bad' ? 'good' : 'bad'),
  ],
});

describe('linter of a set', () => {
  it('finds nothing in a set without a fault', () => {
    expect(rulesOf({})).toEqual([]);
    expect(rulesOf(withQuery('Oslo cost us a fortune'))).toEqual([]);
  });

  it.each([
    ['duplicate', 'we laughed all through dinner, in PARIS!'],
    ['near-duplicate', 'We laughed all through dinner in Paris again'],
    ['leaked-label', 'Madrid was so bad that we left'],
    ['length', 'Avoid Madrid'],
    ['character', 'We left Madrid the same day \u200b in tears'],
  ])('finds a %s', (rule, text) => {
    expect(rulesOf(withQuery(text))).toContain(rule);
  });

  it('finds a template whose slots hold other entities', () => {
    const texts = ['Paris', 'Berlin', 'Madrid'].map((city, i) =>
      item(`t${i}`, `My weekend in ${city} began with rain`, i === 1 ? 'good' : 'bad'),
    );
    expect(rulesOf({ demoPool: [...clean.demoPool, ...texts] })).toContain('template');
  });

  it('finds labels out of balance, a set without entities and one that words alone decide', () => {
    expect(rulesOf({ evalSet: clean.evalSet.filter((e) => e.id !== 'e1') })).toContain('balance');
    const plain = [item('p1', 'zuzu zaza zozo', 'good'), item('p2', 'kiki kaka koko', 'bad')];
    const asked = [item('e1', 'zuzu zaza zizi', 'good'), item('e2', 'kiki kaka keke', 'bad')];
    expect(rulesOf({ demoPool: plain, evalSet: asked })).toEqual(expect.arrayContaining(['coverage', 'trivial']));
  });
});

/** Questions without a fault, enough of them for shares to mean something. */
function cleanQuestions(count = 24): Example[] {
  const cities = ['Paris', 'Rome', 'Oslo', 'Berlin', 'Madrid', 'Vienna'];
  const words =
    'amber basil cedar delta ember fjord grove haven ivory jetty kiosk lotus maple north olive pearl quill river'.split(
      ' ',
    );
  return Array.from({ length: count }, (_, i) => {
    const word = (k: number) => `${words[(i * 5 + k) % words.length]}${String.fromCharCode(97 + ((i * 7 + k) % 26))}`;
    const text = `${word(0)} ${word(6)} near ${cities[i % cities.length]} ${word(11)} or ${word(16)}?`;
    const options = ['on ', 'at ', 'by '].map((start, k) => `${start}${words[(i + 6 * k) % words.length]}`);
    // No cycle: the place is that of the digits of a long number.
    return question(`p${i}`, text, options, 'ABC'[Number('201102120201021120012102'[i % 24])] as string);
  });
}

const asQuestions = (change: (questions: Example[]) => Example[] = (x) => x): Dataset => {
  const questions = change(cleanQuestions());
  return {
    ...clean,
    labels: lettersUpTo(3),
    template: { instruction: '', inputNames: ['Question'], labelName: 'Answer' },
    demoPool: questions.slice(0, 12),
    evalSet: questions.slice(12).map((q, i) => ({ ...q, id: `e${i}` })),
  };
};
const questionRules = (change?: (questions: Example[]) => Example[]) => {
  const { findings, sheet } = lintDataset(asQuestions(change), knowledge);
  return { rules: findings.map((f) => f.rule), sheet };
};
const withRight = (q: Example, right: (option: string, i: number) => string): Example => ({
  ...q,
  options: (q.options ?? []).map((option, i) => ('ABC'[i] === q.label ? right(option, i) : option)),
});

describe('linter of a question set', () => {
  it('finds nothing in a set without a fault, and gives its figures', () => {
    const { rules, sheet } = questionRules();
    expect(rules).toEqual([]);
    expect(sheet.baseline).toBeNull();
    expect(sheet.options?.chance).toBeCloseTo(1 / 3, 12);
  });

  it.each<[string, string, (q: Example, i: number) => Example]>([
    ['the longest option being right', 'option-length', (q) => withRight(q, (o) => `${o} in the old town`)],
    ['the shortest option being right', 'option-length', (q) => withRight(q, (_o, i) => 'abc'[i] as string)],
    ['words that give the right option away', 'option-words', (q) => withRight(q, (o) => o.replace(/^\w+/u, 'in'))],
    [
      'words of the question in the right option',
      'option-overlap',
      (q) => withRight(q, () => `near ${q.text.split(' ')[1]}`),
    ],
    [
      'the answer in the question',
      'leaked-answer',
      (q, i) => (i === 3 ? withRight(q, () => `near ${q.text.split(' ')[3]}`) : q),
    ],
    ['one right answer again and again', 'same-answer', (q, i) => (i % 5 === 0 ? withRight(q, () => 'by a well') : q)],
    [
      'an option that is a paragraph',
      'length',
      (q, i) => (i === 2 ? withRight(q, (o) => `${o} and so on`.repeat(5)) : q),
    ],
    ['an odd character in an option', 'character', (q, i) => (i === 2 ? withRight(q, (o) => `${o}\u200b`) : q)],
    ['a place that is right too often', 'balance', (q, i) => (i % 3 === 0 ? { ...q, label: 'A' } : q)],
    ['places in a cycle', 'pattern', (q, i) => ({ ...q, label: 'ABC'[i % 3] as string })],
    ['a question twice', 'duplicate', (q, i) => (i === 5 ? { ...q, text: (cleanQuestions()[4] as Example).text } : q)],
  ])('finds %s', (_what, rule, plant) => {
    const large = (questions: Example[]) => questions.map(plant);
    expect(questionRules(large).rules).toContain(rule);
  });

  it('lets a question name several of its options', () => {
    const named = (q: Example, i: number): Example =>
      i === 3 ? { ...q, text: `Is it ${q.options?.[0]} or ${q.options?.[1]} in Oslo?` } : q;
    expect(questionRules((questions) => questions.map(named)).rules).not.toContain('leaked-answer');
  });
});

it.each(datasetCatalog.map((entry) => entry.id))('the bundled set %s keeps every rule', async (id) => {
  expect(lintDataset(await loadDataset(assets, id), knowledge).findings).toEqual([]);
});
