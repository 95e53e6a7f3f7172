import type { Dataset } from '../data/example.ts';
import { specError } from '../errors.ts';

/** Made-up words; as many labels can be renamed. */
export const SYMBOLS = [
  ...['foo', 'bar', 'baz', 'qux', 'wug', 'dax', 'blick', 'zorp'],
  ...['fep', 'glim', 'tove', 'snark', 'plim', 'vorn', 'mub', 'kess'],
] as const;

/** The same set with made-up words for its labels. */
export function withSymbols(dataset: Dataset): Dataset {
  if (dataset.labels.length > SYMBOLS.length) {
    throw specError(`There are ${SYMBOLS.length} symbols, and this set has ${dataset.labels.length} labels.`);
  }
  return { ...dataset, labels: dataset.labels.map((label, i) => ({ ...label, words: [SYMBOLS[i] as string] })) };
}
