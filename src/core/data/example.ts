/** An input with its gold label. `text2` is the second text of a pair task. */
export interface Example {
  readonly id: string;
  readonly text: string;
  readonly text2?: string;
  /** Id of a label of the data set. */
  readonly label: string;
  readonly difficulty?: 'easy' | 'medium' | 'hard';
}

/** A label and the words that stand for it in a prompt (the verbalizer); several words are summed as probabilities. */
export interface Label {
  readonly id: string;
  readonly words: readonly string[];
}

/** The wording around the texts. `inputNames` has one name for each text of an example. */
export interface Template {
  readonly instruction: string;
  readonly inputNames: readonly string[];
  readonly labelName: string;
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

/** All texts of an example as one string, for linking and retrieval. */
export const fullText = (example: Pick<Example, 'text' | 'text2'>): string =>
  example.text2 === undefined ? example.text : `${example.text} ${example.text2}`;
