import { createServer } from 'node:http';

/**
 * A server that speaks vLLM's dialect without a model, for trying the client at scale: tokens are words, log-probabilities a hash
 * of the text before them, the same every time.
 * `tsx bench/cluster/stand-in.ts [--port N] [--delay MS]`
 */

const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const delay = option('--delay', 0);
const CONTEXT = 32_768;

/** 32-bit FNV-1a. */
function hash(text: string, seed = 0x811c9dc5): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

const words = (text: string): string[] => text.match(/\s*\S+|\s+$/gu) ?? [];
const idOf = (word: string): number => (hash(word) % 100_000) + 2;

function promptLogprobs(text: string) {
  let before = 1;
  const places = words(text).map((word) => {
    before = hash(word, before);
    const logprob = -0.01 - (before % 100_000) / 10_000;
    return { [idOf(word)]: { logprob, rank: 1, decoded_token: word } };
  });
  return [null, ...places];
}

let running = 0;
let most = 0;
let answered = 0;
let scored = 0;
let repeated = 0;
/** Digests of the texts that were scored; 48 bits, so that a million of them seldom collide. */
const seen = new Set<number>();

function note(text: string): void {
  const digest = hash(text) * 0x10000 + (hash(text, 7) & 0xffff);
  scored++;
  if (seen.has(digest)) repeated++;
  seen.add(digest);
}

function answer(path: string, body: { prompt: string; prompt_logprobs?: number }) {
  if (path === '/tokenize') return { tokens: [1, ...words(body.prompt).map(idOf)], max_model_len: CONTEXT };
  if (path === '/v1/models') return { data: [{ id: 'stand-in', owned_by: 'vllm', max_model_len: CONTEXT }] };
  if (path === '/stats') return { answered, most, scored, repeated };
  if (path !== '/v1/completions') return undefined;
  if (body.prompt_logprobs !== undefined) note(body.prompt);
  const choice = { index: 0, text: ' done', finish_reason: 'length', logprobs: null };
  const own = body.prompt_logprobs === undefined ? {} : { prompt_logprobs: promptLogprobs(body.prompt) };
  return { model: 'stand-in', choices: [{ ...choice, ...own }] };
}

const server = createServer(async (request, response) => {
  running++;
  most = Math.max(most, running);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString());
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  const result = answer(request.url ?? '', body);
  running--;
  answered++;
  response.writeHead(result === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(result ?? { error: { message: 'not here' } }));
});

server.listen(option('--port', 8000), '127.0.0.1', () => {
  console.log(server.address());
});
