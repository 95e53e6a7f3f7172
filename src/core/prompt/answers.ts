import {
  asksOptions,
  type Dataset,
  type Example,
  type Label,
  type OptionsForm,
  type Template,
} from '../data/example.ts';

/** How the options of a set are asked; `null` for a set without options. */
export const optionsForm = (dataset: Pick<Dataset, 'evalSet'>, template: Template): OptionsForm | null =>
  asksOptions(dataset) ? (template.options ?? 'cloze') : null;

/** What can be answered to an example: the labels of the set, or its own options, said by their text or their letter. */
export function answersTo(
  { labels, template }: { readonly labels: readonly Label[]; readonly template: Template },
  { options }: Pick<Example, 'options'>,
): readonly Label[] {
  if (options === undefined) return labels;
  const own = labels.slice(0, options.length);
  if (template.options === 'letters') return own;
  return own.map(({ id }, i) => ({ id, words: [options[i] as string] }));
}
