import { choice, number } from '../options.ts';
import { CUE } from './cues.ts';
import type { LatentTools, RuminationContext, Subject } from './rumination.ts';

/** Rows of one width, laid end to end. */
export interface States {
  /** Each of root mean square 1, as the final norm leaves them but for its weights. */
  readonly rows: Float32Array;
  /** Mean length of a layer's own feed-forward output at those tokens. */
  readonly ffnNorms: readonly number[];
  /** Mean length of those tokens' embeddings. */
  readonly embeddingNorm: number;
}

export const stateFields = {
  states: number('States', 'The last tokens of the query and its cue whose final states are taken; one row each.', {
    min: 1,
    max: 15,
    step: 1,
    default: 5,
  }),
  source: choice(
    'Taken from',
    'Whose states are taken.',
    [
      { value: 'cue', label: 'the query and the cue, as they stand' },
      { value: 'written', label: 'tokens that the model writes after the cue' },
    ],
    'cue',
  ),
} as const;

export const lengthOf = (row: ArrayLike<number>): number => {
  let squares = 0;
  for (let i = 0; i < row.length; i++) squares += (row[i] as number) ** 2;
  return Math.sqrt(squares);
};

/** Rows one by one, as views. */
export const rowsOf = (rows: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: rows.length / width }, (_, i) => rows.subarray(i * width, (i + 1) * width));

const meanLength = (rows: readonly Float32Array[]): number =>
  rows.reduce((sum, row) => sum + lengthOf(row), 0) / Math.max(1, rows.length);

/** Final states of the last tokens of a text: r of METHODS 2.4 B. */
export async function finalStates(
  { shape, inspect }: LatentTools,
  count: RuminationContext['count'],
  text: string,
  last: number,
): Promise<States> {
  // No more than there are, the start token not among them.
  const tokens = Math.min(last, Math.max(1, await count(text)));
  const { states, ffnNorms } = await inspect({ prompt: text, last: tokens, layers: [0, shape.layers] });
  const [embeddings = new Float32Array(), final = new Float32Array()] = states;
  const rows = final.slice();
  for (const row of rowsOf(rows, shape.hidden)) {
    const scale = Math.sqrt(shape.hidden) / Math.max(1e-12, lengthOf(row));
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) * scale;
  }
  return { rows, ffnNorms, embeddingNorm: meanLength(rowsOf(embeddings, shape.hidden)) };
}

/** The text whose last states are taken, when the model writes nothing. */
export const cueText = ({ lines }: Subject): string => `${lines}\n${CUE}`;
