import { logMean, logNormalised } from '../calibration/logspace.ts';

/**
 * How the answers to several prompts become one (METHODS 2.4 A). `single`: there is one; `own`: there is one for each label,
 * which tells of that label alone.
 */
export type Combine = 'single' | 'best' | 'mixture' | 'product' | 'own';

/**
 * @param rows one a prompt, natural logs over the labels, not renormalised.
 * @returns natural logs over the labels. `best` is the row of the surest prompt as it is, the first of equals (Liu et al.
 * 2022); `mixture` the mean and `product` the product of the distributions, renormalised.
 */
export function combined(how: Combine, rows: readonly (readonly number[])[]): number[] {
  const normalised = rows.map(logNormalised);
  switch (how) {
    case 'single':
      return [...(rows[0] ?? [])];
    case 'own':
      return rows.map((row, label) => row[label] as number);
    case 'best':
      return [...(rows[surest(normalised)] ?? [])];
    case 'mixture':
      return logMean(normalised);
    case 'product':
      return logNormalised(
        (rows[0] ?? []).map((_, label) => normalised.reduce((sum, row) => sum + (row[label] as number), 0)),
      );
  }
}

/** How much each prompt counts, together 1; `null` where each tells of a label of its own. */
export function weightsOf(how: Combine, rows: readonly (readonly number[])[]): number[] | null {
  if (how === 'own') return null;
  if (how !== 'best') return rows.map(() => 1 / rows.length);
  const best = surest(rows.map(logNormalised));
  return rows.map((_, i) => (i === best ? 1 : 0));
}

function surest(rows: readonly (readonly number[])[]): number {
  const heights = rows.map((row) => Math.max(...row));
  return heights.indexOf(Math.max(...heights));
}

/** What a piece does to each label: log p(label | piece) - log p(label), both over the labels (METHODS 2.4 A). */
export function shifts(withPiece: readonly number[], without: readonly number[]): number[] {
  const before = logNormalised(without);
  return logNormalised(withPiece).map((x, i) => x - (before[i] as number));
}
