/** P3: prefill speed against onnxruntime-web and torch, all on one thread, with the same weights. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { publicDir } from '../src/cli/resources.ts';
import { loadEmbeddedInNode } from '../src/engines/embedded/node.ts';
import { fusesMultiplyAdd } from '../src/engines/embedded/relaxed-simd.ts';
import { MODEL_ID } from './lib/experiments.ts';
import { keep, ratios, seconds, spread, text } from './lib/measure.ts';
import { naiveModel } from './lib/ort.ts';

const TOKENS = 512;
const ROUNDS = 21;
// Browsers have had relaxed SIMD since Chrome and Edge 114 and Firefox 146. Node 20 has it by this flag.
if (!fusesMultiplyAdd()) setFlagsFromString('--experimental-wasm-relaxed-simd');
const load = (relaxed: boolean) => loadEmbeddedInNode({ modelId: MODEL_ID, publicDir, threads: 1, relaxed });
const plain = await load(false);
const fused = fusesMultiplyAdd() ? await load(true) : null;
const naive = await naiveModel(MODEL_ID);
const words = 'the river runs past an old mill and a quiet town before it meets the grey sea while gulls cry'.split(
  ' ',
);
const prompt = (round: number) =>
  Array.from({ length: TOKENS }, (_, i) => words[(i * 7 + round * 3 + ((i * i) % 11)) % words.length]).join(' ');
/** Tokens a second, round by round. */
const speeds = { fused: [] as number[], plain: [] as number[], onnxruntime: [] as number[], torch: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  const body = `${round} ${prompt(round)}`;
  const [ids = []] = await plain.tokenize([`${body} end`]);
  const own = async (model: typeof plain) => {
    model.clearCache();
    return seconds(() => model.score([{ prompt: body, continuations: [' end'] }]));
  };
  const [slow, fast] = [await own(plain), fused && (await own(fused))];
  const theirs = await seconds(() => naive.logprobs([1, ...ids], 1));
  const torch = torchSeconds(ids.length);
  if (round === 0) continue;
  speeds.plain.push(ids.length / slow);
  if (fast !== null) speeds.fused.push(ids.length / fast);
  speeds.onnxruntime.push(ids.length / theirs);
  if (torch !== null) speeds.torch.push(ids.length / torch);
}
for (const model of [plain, fused]) model?.dispose();

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

const against = (own: readonly number[]) => ({
  ort: ratios(speeds.onnxruntime, own),
  torch: speeds.torch.length > 0 ? ratios(speeds.torch, own) : null,
});
const both = ({ ort, torch }: ReturnType<typeof against>) =>
  `${text(ort, 2, 'x')} and ${torch === null ? 'torch is not installed' : text(torch, 2, 'x')}`;
const own = fused ? speeds.fused : speeds.plain;
const { ort, torch } = against(own);
keep({
  id: 'p3',
  title: `Prefill of ${TOKENS} tokens, one thread: against onnxruntime-web and against torch`,
  goal: 'at least 0.9x and at least 0.5x',
  figure: both({ ort, torch }),
  met: torch === null ? null : ort.median >= 0.9 && torch.median >= 0.5,
  notes: [
    fused
      ? `With the kernels that Chrome and Edge take from 114, Firefox from 146 and Node from 21: relaxed SIMD, so fused multiply-add. The plain kernels, for other browsers, Safari among them: ${both(against(speeds.plain))}.`
      : 'With the plain kernels: there is no relaxed SIMD here, or no fused multiply-add.',
    `Knowshot ${text(spread(own), 0)} tokens a second${fused ? `, with the plain kernels ${text(spread(speeds.plain), 0)}` : ''}, onnxruntime-web ${text(spread(speeds.onnxruntime), 0)}${torch === null ? '' : `, torch ${text(spread(speeds.torch), 0)}`}.`,
    `A token takes 2 x 4.5 million multiplications and additions in the layers: ${((spread(own).median * 9.0e6) / 1e9).toFixed(1)} GFLOP/s here, attention and output not counted.`,
  ],
  raw: speeds,
});
