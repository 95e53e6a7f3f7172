import type { ModelConfig } from './config.ts';

/** Per position the cosines of all frequencies, then the sines: [contextLength][headWidth]. */
export function fillRope(table: Float32Array, { contextLength, headWidth, ropeTheta }: ModelConfig): void {
  const half = headWidth / 2;
  for (let position = 0; position < contextLength; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * ropeTheta ** ((-2 * i) / headWidth);
      table[position * headWidth + i] = Math.cos(angle);
      table[position * headWidth + half + i] = Math.sin(angle);
    }
  }
}
