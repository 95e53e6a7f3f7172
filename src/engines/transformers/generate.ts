import type { GenerateBatch, GenerateRequest, GenerateResult } from '../../core/model/language-model.ts';
import { Decoding } from '../embedded/decoding.ts';
import { requireSane } from '../generate-options.ts';
import type { Slices } from '../slices.ts';
import type { Decoder, Past } from './decoder.ts';
import { badRequest, requireFits, type Text } from './text.ts';
import { logSum } from './walk.ts';

const UNBIASED: ReadonlyMap<number, number> = new Map();

/** One text after another; requests that follow each other with the same prompt share its computation. */
export async function generate(
  decoder: Decoder,
  text: Text,
  requests: readonly GenerateRequest[],
  slices: Slices,
): Promise<GenerateBatch> {
  const prompts = await slices.map(requests, (request) => {
    requireSane(request);
    const tokens = text.withStart(request.prompt);
    if (tokens.length === 0) throw badRequest('This model has no start token. Give a prompt.');
    requireFits(tokens.length + request.maxTokens, decoder.contextLength, 'The prompt with the tokens to generate');
    return tokens;
  });
  const results: GenerateResult[] = [];
  let computed = 0;
  let begun: Begun | undefined;
  try {
    for (const [i, request] of requests.entries()) {
      const prompt = prompts[i] as number[];
      if (begun === undefined || String(begun.prompt) !== String(prompt)) {
        decoder.free(begun?.past);
        begun = await begin(decoder, prompt, slices);
        computed += prompt.length;
      }
      const written = await goOn(decoder, text, request, begun, slices);
      computed += Math.max(0, written.tokenIds.length - 1);
      results.push(written);
    }
  } finally {
    decoder.free(begun?.past);
  }
  const asked = results.reduce((sum, { tokenIds }, i) => sum + (prompts[i] as number[]).length + tokenIds.length, 0);
  return { results, usage: { asked, computed } };
}

interface Begun {
  readonly prompt: readonly number[];
  readonly past: Past;
  readonly logits: Float32Array;
}

const PART = 512;

async function begin(decoder: Decoder, prompt: readonly number[], slices: Slices): Promise<Begun> {
  let past: Past | undefined;
  let logits: Float32Array | undefined;
  for (let at = 0; at < prompt.length; at += PART) {
    const step = await decoder.run(prompt.slice(at, at + PART), past, 1);
    decoder.free(past);
    past = step.past;
    logits = lastRow(decoder, step.logits, step.rows);
    await slices.pause();
  }
  return { prompt, past: past as Past, logits: logits as Float32Array };
}

const lastRow = ({ vocabulary }: Decoder, logits: Float32Array, rows: number): Float32Array =>
  logits.slice((rows - 1) * vocabulary, rows * vocabulary);

async function goOn(
  decoder: Decoder,
  text: Text,
  request: GenerateRequest,
  begun: Begun,
  slices: Slices,
): Promise<GenerateResult> {
  const decoding = new Decoding({ ...request, prompt: begun.prompt, top: 0, bias: UNBIASED }, text, decoder.ends);
  decoding.take(begun.logits, logSum(begun.logits));
  let past = begun.past;
  while (decoding.finish === undefined) {
    const step = await decoder.run([decoding.last], past, 1);
    if (past !== begun.past) decoder.free(past);
    past = step.past;
    const logits = lastRow(decoder, step.logits, step.rows);
    decoding.take(logits, logSum(logits));
    await slices.pause();
  }
  if (past !== begun.past) decoder.free(past);
  const { tokens: _, ...result } = decoding.result();
  return result;
}
