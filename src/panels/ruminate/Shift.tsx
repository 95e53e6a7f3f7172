import type { CSSProperties } from 'react';
import { fixed } from '../../ui/format.ts';

/** A change of a log-probability: a bar from the middle, to the right for more, with the number beside it. */
export function Shift({ value, scale }: { value: number; scale: number }) {
  const share = Math.max(-1, Math.min(1, value / scale)) * 50;
  const style = {
    '--from': `${(50 + Math.min(0, share)).toFixed(1)}%`,
    '--to': `${(50 + Math.max(0, share)).toFixed(1)}%`,
  } as CSSProperties;
  return (
    <span className="shift">
      <span className={`shift-bar ${value < 0 ? 'shift-down' : 'shift-up'}`} style={style} aria-hidden="true" />
      <span className="num">{signed(value)}</span>
    </span>
  );
}

export const signed = (value: number): string => {
  const text = fixed(value, 2);
  return value > 0 && Number(value.toFixed(2)) !== 0 ? `+${text}` : text;
};

/** The length that stands for half a bar: the largest change, and no less than half a nat. */
export const scaleOf = (values: readonly number[]): number => Math.max(0.5, ...values.map(Math.abs));
