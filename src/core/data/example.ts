/** An input with its gold label. `text2` is the second text of a pair task. */
export interface Example {
  readonly id: string;
  readonly text: string;
  readonly text2?: string;
  /** Answers of this item's own, one of them right, in a question set; its label is then the letter of the right one. */
  readonly options?: readonly string[];
  /** Id of a label of the data set. */
  readonly label: string;
  readonly difficulty?: 'easy' | 'medium' | 'hard';
}

/** A label and the words that stand for it in a prompt (the verbalizer); several words are summed as probabilities. */
export interface Label {
  readonly id: string;
  readonly words: readonly string[];
}

/** How a question with options is asked: the text of each option scored, or options listed and their letters scored. */
export type OptionsForm = 'cloze' | 'letters';

/** The wording around the texts. `inputNames` has one name for each text of an example. */
export interface Template {
  /** For question sets; `cloze` where it is not given. */
  readonly options?: OptionsForm;
  readonly instruction: string;
  readonly inputNames: readonly string[];
  readonly labelName: string;
  /** What a chat model is used to around a user's turn; the label's line then begins its own. The model gives it, no set. */
  readonly frame?: { readonly before: string; readonly after: string };
}

/** What a task is, without its rows. */
export interface Task {
  readonly id: string;
  readonly title: string;
  readonly labels: readonly Label[];
  readonly template: Template;
}

/** A task with its two disjoint sources. `digest` is the SHA-256 of all of it in canonical JSON. */
export interface Dataset extends Task {
  readonly demoPool: readonly Example[];
  readonly evalSet: readonly Example[];
  readonly digest: string;
}

/** The text of the right option of a question; its label is the letter of its place. */
export const rightOption = ({ options, label }: Pick<Example, 'options' | 'label'>): string | undefined =>
  options?.[label.charCodeAt(0) - 65];

/** Whether each item brings its own answers to choose from; parsing sees to it that all do or none. */
export const asksOptions = ({ evalSet }: Pick<Dataset, 'evalSet'>): boolean => evalSet[0]?.options !== undefined;

/**
 * All texts of an example as one string, for linking and retrieval. Options are no part of it: they are what can be
 * answered, not what is asked.
 */
export const fullText = (example: Pick<Example, 'text' | 'text2'>): string =>
  example.text2 === undefined ? example.text : `${example.text} ${example.text2}`;
