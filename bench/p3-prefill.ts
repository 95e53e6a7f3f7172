/** P3: prefill speed against onnxruntime-web and torch, all on one thread, with the same weights. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { publicDir } from '../src/cli/resources.ts';
import { loadEmbeddedInNode } from '../src/engines/embedded/node.ts';
import { MODEL_ID } from './lib/experiments.ts';
import { keep, seconds, spread, text } from './lib/measure.ts';
import { naiveModel } from './lib/ort.ts';

const TOKENS = 512;
const ROUNDS = 7;
const model = await loadEmbeddedInNode({ modelId: MODEL_ID, publicDir, threads: 1 });
const naive = await naiveModel(MODEL_ID);
const words = 'the river runs past an old mill and a quiet town before it meets the grey sea while gulls cry'.split(
  ' ',
);
const prompt = (round: number) =>
  Array.from({ length: TOKENS }, (_, i) => words[(i * 7 + round * 3 + ((i * i) % 11)) % words.length]).join(' ');
const speeds = { knowshot: [] as number[], onnxruntime: [] as number[], torch: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  const body = `${round} ${prompt(round)}`;
  const [ids = []] = await model.tokenize([`${body} end`]);
  model.clearCache();
  const own = await seconds(() => model.score([{ prompt: body, continuations: [' end'] }]));
  const theirs = await seconds(() => naive.logprobs([1, ...ids], 1));
  const torch = torchSeconds(ids.length);
  if (round === 0) continue;
  speeds.knowshot.push(ids.length / own);
  speeds.onnxruntime.push(ids.length / theirs);
  if (torch !== null) speeds.torch.push(ids.length / torch);
}
model.dispose();

function torchSeconds(length: number): number | null {
  const script = fileURLToPath(new URL('lib/prefill.py', import.meta.url));
  try {
    return Number(
      execFileSync('/usr/bin/python3', [script, String(length)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } catch {
    return null;
  }
}

const each = (values: number[], other: number[]) => spread(values.map((v, i) => v / (other[i] as number)));
const ort = each(speeds.knowshot, speeds.onnxruntime);
const torch = speeds.torch.length > 0 ? each(speeds.knowshot, speeds.torch) : null;
keep({
  id: 'p3',
  title: `Prefill of ${TOKENS} tokens, one thread: against onnxruntime-web and against torch`,
  goal: 'at least 0.9x and at least 0.5x',
  figure: `${text(ort, 2, 'x')} and ${torch === null ? 'torch is not installed' : text(torch, 2, 'x')}`,
  met: torch === null ? null : ort.median >= 0.9 && torch.median >= 0.5,
  notes: [
    `Knowshot ${text(spread(speeds.knowshot), 0)} tokens a second, onnxruntime-web ${text(spread(speeds.onnxruntime), 0)}${torch === null ? '' : `, torch ${text(spread(speeds.torch), 0)}`}.`,
    `A token takes 2 x 4.5 million multiplications and additions in the layers: ${((spread(speeds.knowshot).median * 9.0e6) / 1e9).toFixed(1)} GFLOP/s here, attention and output not counted.`,
  ],
  raw: speeds,
});
