import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { datasetCatalog, loadDataset } from '../../../src/core/data/bundled.ts';
import type { Dataset, Example } from '../../../src/core/data/example.ts';
import { lintDataset } from '../../../src/core/data/lint.ts';
import { loadKnowledge } from '../../../src/core/knowledge/load.ts';
import type { Knowledge } from '../../../src/core/knowledge/types.ts';

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

it.each(datasetCatalog.map((entry) => entry.id))('the bundled set %s keeps every rule', async (id) => {
  expect(lintDataset(await loadDataset(assets, id), knowledge).findings).toEqual([]);
});
