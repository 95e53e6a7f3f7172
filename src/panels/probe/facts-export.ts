import { csvText } from '../../core/data/csv-text.ts';
import type { ModelIdentity } from '../../core/model/language-model.ts';
import type { FactFigure } from '../../core/probe/fact-probe.ts';

export interface FactResults {
  /** SHA-256 of the knowledge base. */
  readonly knowledge: string;
  /** The most facts of each set. */
  readonly limit: number;
  /** The models asked so far. */
  readonly models: readonly ModelIdentity[];
  readonly figures: readonly FactFigure[];
}

export const factsJson = ({ knowledge, limit, models, figures }: FactResults, complete: boolean): string =>
  JSON.stringify({ knowshot: 1, probe: 'facts', settings: { limit }, knowledge, models, complete, figures }, null, 2);

/** Shares from 0 to 1; the commonest tail has no model and reads no wording. */
export const factsCsv = (figures: readonly FactFigure[]): string =>
  csvText([
    ['facts', 'model', 'wording', 'first', 'n', 'share', 'low', 'high'],
    ...figures.map(({ set, reader, wording, right, n, interval: { low, high } }) => [
      set,
      reader ?? 'commonest tail',
      wording ?? '',
      right,
      n,
      n === 0 ? '' : right / n,
      low,
      high,
    ]),
  ]);
