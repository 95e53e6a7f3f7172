import { datasetDigest } from '../../src/core/data/card.ts';
import type { Dataset, Example } from '../../src/core/data/example.ts';
import { lettersUpTo } from '../../src/core/data/options.ts';

export const question = (id: string, text: string, options: readonly string[], label: string): Example => ({
  id,
  text,
  options,
  label,
});

const poolRows: readonly [string, readonly string[], string][] = [
  ['Which tower shines over Paris at night?', ['the eiffel tower', 'big ben', 'the louvre'], 'A'],
  ['Who thought of Python first?', ['a snake', 'guido', 'a cook'], 'B'],
  ['Which river passes the Louvre?', ['the rhine', 'the po', 'the seine'], 'C'],
  ['Where does France end in the west?', ['at the sea', 'in the desert', 'on the moon'], 'A'],
  ['What does Java run on?', ['on tracks', 'on a machine', 'on sugar'], 'B'],
  ['What do visitors of the Louvre look at?', ['cars', 'clouds', 'pictures'], 'C'],
];

const evalRows: readonly [string, readonly string[], string][] = [
  ['What lies below you on the Eiffel Tower?', ['paris', 'a cave', 'the moon'], 'A'],
  ['What did Guido write?', ['a symphony', 'a programming language', 'a recipe book'], 'B'],
  ['When may the Seine freeze?', ['in july', 'at noon', 'in a hard winter'], 'C'],
  ['What has a script in Python?', ['lines of code', 'wings', 'a tail and scales'], 'A'],
];

const rows = (given: readonly [string, readonly string[], string][], prefix: string): Example[] =>
  given.map(([text, options, label], i) => question(`${prefix}${i + 1}`, text, options, label));

/** A question set over the entities of the small world. */
export function questionDataset(changes: Partial<Omit<Dataset, 'digest'>> = {}): Dataset {
  const dataset = {
    id: 'questions',
    title: 'Questions',
    labels: lettersUpTo(3),
    template: { instruction: '', inputNames: ['Question'], labelName: 'Answer' },
    demoPool: rows(poolRows, 'p'),
    evalSet: rows(evalRows, 'e'),
    ...changes,
  };
  return { ...dataset, digest: datasetDigest(dataset) };
}
