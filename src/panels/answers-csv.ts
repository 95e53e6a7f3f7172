import { csvText } from '../core/data/csv-text.ts';
import { asksOptions, type Example, fullText, rightOption } from '../core/data/example.ts';
import type { CellRecord } from '../core/run/record.ts';
import type { Results } from './host.ts';

const predicted = ({ prediction }: CellRecord): string => (prediction.kind === 'label' ? prediction.label : '');

const optionText = (query: Example | undefined, label: string): string =>
  query === undefined ? '' : (rightOption({ ...query, label }) ?? '');

/** What names and texts of the answers are taken from. */
type Answers = Pick<Results, 'cells' | 'dataset'> & {
  readonly arms: readonly { readonly id: string; readonly name: string }[];
};

/** Every answer as one line: arm, query, gold, prediction, and the log-probability of each label. */
export function answersCsv({ cells, dataset, arms }: Answers): string {
  const names = new Map(arms.map((arm) => [arm.id, arm.name]));
  const queries = new Map(dataset.evalSet.map((example): [string, Example] => [example.id, example]));
  const labels = dataset.labels.map((label) => label.id);
  const head = [
    ...['arm', 'arm_name', 'trial', 'query', 'text', 'gold', 'predicted', 'correct', 'prompt_tokens', 'demos'],
    ...(asksOptions(dataset) ? ['gold_text', 'predicted_text'] : []),
    ...labels.map((id) => `logprob_${id}`),
    ...labels.map((id) => `calibrated_${id}`),
  ];
  const rows = cells.map((cell) => {
    const query = queries.get(cell.queryId);
    return [
      cell.armId,
      names.get(cell.armId) ?? cell.armId,
      cell.trial,
      cell.queryId,
      query === undefined ? '' : fullText(query),
      cell.gold,
      predicted(cell),
      predicted(cell) === cell.gold ? 1 : 0,
      cell.promptTokens,
      cell.demos.map((demo) => demo.id).join(' '),
      ...(asksOptions(dataset) ? [optionText(query, cell.gold), optionText(query, predicted(cell))] : []),
      // Questions can have fewer options than there are letters, and an answer can be without probabilities.
      ...labels.map((_, i) => cell.labelLogprobs[i] ?? ''),
      ...labels.map((_, i) => cell.calibrated[i] ?? ''),
    ];
  });
  return csvText([head, ...rows]);
}
