import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnData } from '../../src/core/data/own.ts';
import { shuffled, stream } from '../../src/core/random/stream.ts';

type Row = OwnData['pool'][number];

/** Folder of the public data sets that the goals are measured on; never part of the repository. */
export const dataFolder = process.env.KNOWSHOT_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const hasData = (): boolean => existsSync(join(dataFolder, 'tasks'));

export function rows(file: string): (Row & { domain?: string })[] {
  const text = readFileSync(join(dataFolder, 'tasks', file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { text: content, label, domain } = JSON.parse(line) as { text: string; label: string; domain?: string };
      return { text: content, label, ...(domain === undefined ? {} : { domain }) };
    });
}

const plain = (list: readonly Row[]): Row[] => list.map(({ text, label }) => ({ text, label }));

interface Task {
  readonly name: string;
  readonly pool: Row[];
  readonly eval: Row[];
  readonly words: ReadonlyMap<string, string>;
  readonly inputName: string;
  readonly labelName: string;
}

/** How many training rows of a task serve as its demo pool. */
const POOL = 2000;
const part = (list: readonly Row[], name: string, count: number): Row[] =>
  shuffled(plain(list), stream('eval-model', name)).slice(0, count);
const same = (...labels: string[]) => new Map(labels.map((label) => [label, label]));

export const sst2 = (): Task => ({
  name: 'SST-2 dev',
  pool: part(rows('sst2.train.jsonl'), 'sst2', POOL),
  eval: plain(rows('sst2.dev.jsonl')),
  words: same('negative', 'positive'),
  inputName: 'Review',
  labelName: 'Sentiment',
});

/** The last 500 rows of the train file are kept out of training. */
export function trec(): Task {
  const all = rows('trec.train.jsonl');
  const labels = [...new Set(all.map((row) => row.label))].sort();
  return {
    name: 'TREC held out',
    pool: part(all.slice(0, -500), 'trec', POOL),
    eval: plain(all.slice(-500)),
    words: same(...labels),
    inputName: 'Question',
    labelName: 'Type',
  };
}

export function agnews(): Task {
  const train = rows('agnews.train.jsonl');
  const labels = [...new Set(train.map((row) => row.label))].sort();
  return {
    name: 'AG News dev',
    pool: part(train, 'agnews', POOL),
    eval: plain(rows('agnews.dev.jsonl')),
    words: new Map(labels.map((label) => [label, label === 'Sci/Tech' ? 'technology' : label.toLowerCase()])),
    inputName: 'Article',
    labelName: 'Topic',
  };
}

/** Intents of the two domains that training never saw. */
export const HELD_OUT_DOMAINS = ['travel', 'auto and commute'] as const;

/** Five of the held-out intents, with 20 queries. */
export function intents(episode: number): Task {
  const held = (file: string) => rows(file).filter((row) => HELD_OUT_DOMAINS.some((d) => d === row.domain));
  const train = held('clinc.train.jsonl');
  const all = [...new Set(train.map((row) => row.label))].sort();
  const five = shuffled(all, stream('eval-model', 'intents', episode)).slice(0, 5);
  const own = (list: readonly Row[]) => list.filter((row) => five.includes(row.label));
  return {
    name: 'held-out intents',
    pool: part(own(train), `intents-${episode}`, 250),
    eval: part(own(held('clinc.dev.jsonl')), `intents-eval-${episode}`, 20),
    words: same(...five),
    inputName: 'Text',
    labelName: 'Label',
  };
}

/** Words that say nothing about any task. */
const SYMBOLS = ['blue', 'seven', 'table', 'river', 'lamp', 'paper', 'green', 'stone', 'coat', 'north', 'salt', 'ring'];

export type Words = 'real' | 'symbols' | 'flipped';

/** A task as own data; `flipped` gives each row the next label, so that accuracy is the share that follows the demos. */
export function asData(task: Task, words: Words, episode = 0): OwnData {
  const ids = [...task.words.keys()];
  const symbols = shuffled(SYMBOLS, stream('eval-model', 'symbols', task.name, episode));
  const turn = (row: Row): Row => ({ ...row, label: ids[(ids.indexOf(row.label) + 1) % ids.length] as string });
  const relabel = (list: Row[]) => (words === 'flipped' ? list.map(turn) : list);
  return {
    title: task.name,
    labels: ids.map((id, i) => ({
      id,
      words: [words === 'symbols' ? (symbols[i] as string) : (task.words.get(id) as string)],
    })),
    template: {
      instruction: '',
      inputNames: [words === 'symbols' ? 'Input' : task.inputName],
      labelName: words === 'symbols' ? 'Label' : task.labelName,
    },
    pool: relabel(task.pool),
    eval: relabel(task.eval),
  };
}
