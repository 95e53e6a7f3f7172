/** Numbers as texts, the same everywhere. A typographic minus, never "NaN". */

const minus = (text: string): string => text.replace('-', '−');

export const percent = (share: number, digits = 1): string => `${minus((share * 100).toFixed(digits))} %`;

/** A difference of two shares, in points. */
export function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  return Number(text) === 0 ? '0.0' : minus(difference > 0 ? `+${text}` : text);
}

export function pValue(p: number): string {
  if (p < 0.001) return '< 0.001';
  return p >= 0.995 ? '1.00' : p.toFixed(p < 0.1 ? 3 : 2);
}

export const fixed = (value: number, digits: number): string => {
  const text = minus(value.toFixed(digits));
  return /^−0\.?0*$/u.test(text) ? text.slice(1) : text;
};

/** A figure whose size is not known beforehand, for example a retrieval score. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (Number.isInteger(value)) return minus(String(value));
  if (size < 0.001) return minus(value.toExponential(2));
  return minus(size >= 100 ? value.toFixed(0) : size >= 1 ? value.toFixed(2) : value.toPrecision(3));
}

export const logProb = (value: number): string => (Number.isFinite(value) ? minus(value.toFixed(4)) : '−∞');

export const count = (n: number): string => n.toLocaleString('en').replaceAll(',', ' ');

export const bytes = (n: number): string => `${(n / 1e6).toFixed(1)} MB`;

/** A size that is not known to the byte. */
export const megabytes = (n: number): string =>
  n >= 1e9 ? `${(n / 1e9).toFixed(n >= 1e10 ? 0 : 1)} GB` : `${Math.round(n / 1e6)} MB`;

export function seconds(s: number): string {
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

/** "1 answer", "2 answers". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
