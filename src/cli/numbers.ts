import { usageError } from '../core/errors.ts';

/** An option's whole number, or undefined where it is not given. */
export function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/u.test(text)) throw usageError(`${option} needs a whole number, not "${text}".`);
  return Number(text);
}
