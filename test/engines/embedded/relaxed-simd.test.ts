import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { fusesMultiplyAdd } from '../../../src/engines/embedded/relaxed-simd.ts';
import type { Outcome, Outcomes } from './relaxed-child.ts';
import { tinyModel } from './tiny-model.ts';

/** Node 20 has relaxed SIMD by this only, later versions have it at once. */
const FLAG = '--experimental-wasm-relaxed-simd';

const here = fusesMultiplyAdd();
const flags = here ? [] : [FLAG];
const started = here || spawnSync(process.execPath, [FLAG, '-e', '0']).status === 0;
const child = fileURLToPath(new URL('relaxed-child.ts', import.meta.url));
const outcomes: Outcomes | null = started
  ? JSON.parse(execFileSync(process.execPath, [...flags, '--import', 'tsx', child], { encoding: 'utf8' }))
  : null;
const reason = started ? 'no fused multiply-add on this processor' : `this Node does not know ${FLAG}`;

describe.skipIf(outcomes === null)(`the relaxed kernels${outcomes ? '' : ` (skipped: ${reason})`}`, () => {
  const { taken, plain, threaded } = outcomes ?? ({} as Outcomes);
  const gap = (a: Outcome, b: Outcome) =>
    Math.max(...a.logprobs.map((value, i) => Math.abs(value - (b.logprobs[i] ?? Number.NaN))));

  test('are taken where they run, and the name says so', () => {
    expect([taken, plain, threaded].map(({ backend }) => backend)).toEqual([
      'wasm-relaxed-simd',
      'wasm-simd',
      'wasm-relaxed-simd',
    ]);
  });

  test('give the log-probabilities of the plain ones within 1e-4, but not the same bits', () => {
    expect(plain.logprobs.length).toBeGreaterThan(12);
    expect(gap(taken, plain)).toBeLessThan(1e-4);
    expect(gap(taken, plain)).toBeGreaterThan(0);
  });

  test('give the same bits in any batch and on any number of threads', () => {
    expect(taken.selfTest).toEqual([0, 0, 0]);
    expect(threaded.logprobs).toEqual(taken.logprobs);
  });
});

test.skipIf(here)(`are refused where they do not run${here ? ' (skipped: they run here)' : ''}`, async () => {
  const { assets } = await tinyModel();
  await expect(loadEmbedded({ modelId: 'tiny', assets, wasm: readKernels, relaxed: true })).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining('Leave `relaxed` out'),
  });
});
