export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** What a typed text means for a number field: a value, or what is wrong with it. */
export function readNumber(text: string, { min, max, step }: NumberRange): { value: number } | { problem: string } {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return { problem: `Type a number from ${min} to ${max}.` };
  if (value < min || value > max) return { problem: `Must be from ${min} to ${max}.` };
  if (Number.isInteger(step) && Number.isInteger(min) && !Number.isInteger(value)) {
    return { problem: 'Must be a whole number.' };
  }
  return { value };
}
