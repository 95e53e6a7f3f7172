import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ServedTiny, serve, serveTiny } from '../../engines/openai/served-tiny.ts';

let tiny: ServedTiny;
beforeAll(async () => {
  tiny = await serveTiny({ bodyLimit: 4000 });
}, 60_000);
afterAll(() => tiny.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}, at = tiny.url) =>
  fetch(at.replace(/\/v1$/u, '') + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked at field by field
const answer = async (path: string, body: unknown, at = tiny.url): Promise<any> => {
  const response = await post(path, body, {}, at);
  const json = await response.json();
  expect(response.status, JSON.stringify(json)).toBe(200);
  return json;
};

/** Events of a stream; the end mark is checked and left off. */
async function events(path: string, body: object) {
  const response = await post(path, { ...body, stream: true });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/u);
  const lines = (await response.text()).split('\n\n').filter((line) => line !== '');
  expect(lines.pop()).toBe('data: [DONE]');
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

describe('/v1/completions', () => {
  it('echoes a prompt with the log-probabilities that the model gives', async () => {
    const text = 'good and bad hello';
    const { choices, usage } = await answer('/v1/completions', {
      prompt: text,
      echo: true,
      max_tokens: 0,
      logprobs: 1,
    });
    const { tokens, token_logprobs, top_logprobs } = choices[0].logprobs;
    const { results } = await tiny.model.score([{ prompt: '', continuations: [text] }]);
    expect(choices[0].text).toBe(text);
    expect(tokens.slice(1).join('')).toBe(text);
    expect(token_logprobs).toEqual([null, ...(results[0]?.scores[0]?.tokenLogprobs ?? [])]);
    expect(usage).toEqual({ prompt_tokens: tokens.length, completion_tokens: 0, total_tokens: tokens.length });
    top_logprobs.slice(1).forEach((top: Record<string, number>, i: number) => {
      expect(top[tokens[i + 1]]).toBe(token_logprobs[i + 1]);
      expect(Math.max(...Object.values(top))).toBeGreaterThanOrEqual(token_logprobs[i + 1]);
    });
  });

  it('writes what the model writes, for text and for the same token ids', async () => {
    const options = { maxTokens: 6, temperature: 1, topP: 0.9, stop: [], seed: 5 };
    const [mine] = (await tiny.model.generate([{ prompt: 'good and', ...options }])).results;
    const ids = [tiny.model.startToken, ...((await tiny.model.tokenize(['good and']))[0] ?? [])];
    for (const prompt of ['good and', ids]) {
      const { choices } = await answer('/v1/completions', {
        prompt,
        max_tokens: 6,
        temperature: 1,
        top_p: 0.9,
        seed: 5,
        logprobs: 0,
      });
      expect(choices[0].text).toBe(mine?.text);
      expect(choices[0].logprobs.token_logprobs).toEqual(mine?.tokenLogprobs);
    }
  });

  it('answers lists of prompts and several texts each, in order', async () => {
    const body = { prompt: ['good', 'bad'], n: 2, max_tokens: 3, temperature: 2, seed: 1 };
    const { choices } = await answer('/v1/completions', body);
    expect(choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1, 2, 3]);
    const single = await answer('/v1/completions', { ...body, prompt: 'bad' });
    expect(choices.slice(2).map((choice: { text: string }) => choice.text)).toEqual(
      single.choices.map((choice: { text: string }) => choice.text),
    );
    expect(choices[2].text).not.toBe(choices[3].text);
  });

  it('gives prompt_logprobs as vLLM does: by id, the own token first in rank or not', async () => {
    const { choices } = await answer('/v1/completions', { prompt: 'good and', max_tokens: 1, prompt_logprobs: 2 });
    const [first, ...places] = choices[0].prompt_logprobs;
    const [ids = []] = await tiny.model.tokenize(['good and']);
    expect(first).toBeNull();
    places.forEach((place: Record<string, { rank: number; logprob: number }>, i: number) => {
      const own = place[String(ids[i])];
      const ranks = Object.values(place).map(({ rank }) => rank);
      expect(own?.rank).toBeGreaterThan(0);
      expect(ranks).toEqual(expect.arrayContaining([1, 2]));
    });
  });

  it('follows a bias, and reports the unbiased log-probability', async () => {
    const [[id = 0] = []] = await tiny.model.tokenize([' and']);
    const { choices } = await answer('/v1/completions', {
      prompt: 'bad',
      max_tokens: 1,
      temperature: 0,
      logprobs: 0,
      logit_bias: { [id]: 100 },
    });
    const { results } = await tiny.model.score([{ prompt: 'bad', continuations: [' and'] }]);
    expect(choices[0].text).toBe(' and');
    expect(choices[0].logprobs.token_logprobs[0]).toBeCloseTo(results[0]?.scores[0]?.sumLogprob as number, 6);
  });

  it('streams the same text in pieces, and holds back what may begin a stop text', async () => {
    const body = { prompt: 'good and', max_tokens: 12, temperature: 1, seed: 3, logprobs: 0 };
    const whole = await answer('/v1/completions', body);
    const stop = whole.choices[0].text.slice(4, 7);
    for (const more of [{}, { stop }]) {
      const once = (await answer('/v1/completions', { ...body, ...more })).choices[0];
      const chunks = await events('/v1/completions', { ...body, ...more, stream_options: { include_usage: true } });
      const usage = chunks.pop();
      expect(usage).toMatchObject({ choices: [], usage: { completion_tokens: once.logprobs.tokens.length } });
      expect(chunks.map(({ choices }) => choices[0].text).join('')).toBe(once.text);
      expect(chunks.flatMap(({ choices }) => choices[0].logprobs.token_logprobs)).toEqual(once.logprobs.token_logprobs);
      expect(chunks.at(-1).choices[0].finish_reason).toBe(once.finish_reason);
      expect(chunks.slice(0, -1).every(({ choices }) => choices[0].finish_reason === null)).toBe(true);
    }
  });

  it('stops working for a client that has gone', async () => {
    const leaving = new AbortController();
    const work = vi.spyOn(tiny.model, 'generateTokens');
    const gone = fetch(`${tiny.url}/completions`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'good', max_tokens: 90, n: 60, temperature: 1 }),
    });
    await vi.waitFor(() => expect(work).toHaveBeenCalled());
    leaving.abort();
    await expect(gone).rejects.toThrow();
    await expect(work.mock.results[0]?.value).rejects.toMatchObject({ code: 'aborted' });
    work.mockRestore();
    await answer('/v1/completions', { prompt: 'a', max_tokens: 1 });
  }, 60_000);
});

describe('the other routes', () => {
  it('list the model', async () => {
    const { data } = await (await fetch(`${tiny.url}/models`)).json();
    expect(data).toEqual([
      expect.objectContaining({ id: 'tiny', object: 'model', max_model_len: tiny.model.contextLength }),
    ]);
  });

  it('chat: turns as plain text, an answer of the assistant, also as a stream', async () => {
    const body = {
      messages: [
        { role: 'system', content: 'be good' },
        { role: 'user', content: [{ type: 'text', text: 'hello' }] },
      ],
      max_tokens: 5,
      temperature: 0,
      logprobs: true,
      top_logprobs: 2,
    };
    const { choices, object } = await answer('/v1/chat/completions', body);
    const prompt = 'System: be good\nUser: hello\nAssistant:';
    const [mine] = (
      await tiny.model.generate([
        { prompt, maxTokens: 5, temperature: 0, topP: 1, stop: ['\nUser:', '\nSystem:'], seed: 0 },
      ])
    ).results;
    expect(object).toBe('chat.completion');
    expect(choices[0].message).toEqual({ role: 'assistant', content: mine?.text, refusal: null });
    expect(choices[0].logprobs.content.map((token: { logprob: number }) => token.logprob)).toEqual(mine?.tokenLogprobs);
    expect(choices[0].logprobs.content[0].top_logprobs).toHaveLength(2);
    const chunks = await events('/v1/chat/completions', body);
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map(({ choices: [choice] }) => choice.delta.content ?? '').join('')).toBe(mine?.text);
  });

  it('embed: vectors of length one, as numbers or base64', async () => {
    const input = ['good', 'good and bad'];
    const { data } = await answer('/v1/embeddings', { input });
    for (const { embedding } of data) expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    const packed = await answer('/v1/embeddings', { input: 'good', encoding_format: 'base64' });
    const bytes = Buffer.from(packed.data[0].embedding, 'base64');
    expect([...new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))]).toEqual(
      data[0].embedding,
    );
  });

  it('tokenize as vLLM and as llama.cpp, and back', async () => {
    const [ids = []] = await tiny.model.tokenize(['good and é']);
    const { startToken } = tiny.model;
    expect(await answer('/tokenize', { prompt: 'good and é' })).toMatchObject({
      tokens: [startToken, ...ids],
      count: ids.length + 1,
      max_model_len: tiny.model.contextLength,
    });
    expect(await answer('/tokenize', { content: 'good and é' })).toEqual({ tokens: ids });
    const { tokens } = await answer('/tokenize', { content: 'good and', add_special: true, with_pieces: true });
    expect(
      tokens
        .map((token: { piece: string }) => token.piece)
        .slice(1)
        .join(''),
    ).toBe('good and');
    expect(await answer('/detokenize', { tokens: ids })).toEqual({ prompt: 'good and é', content: 'good and é' });
  });

  it("llama.cpp's own completion forces a token and tells its log-probability", async () => {
    const [[id = 0] = [], prompt = []] = await tiny.model.tokenize([' and', 'good']);
    const body = {
      prompt: [tiny.model.startToken, ...prompt],
      n_predict: 1,
      n_probs: 2,
      temperature: 0,
      logit_bias: [[id, 1000]],
    };
    const {
      content,
      completion_probabilities: [written],
      tokens_evaluated,
    } = await answer('/completion', body);
    const { results } = await tiny.model.score([{ prompt: 'good', continuations: [' and'] }]);
    expect(content).toBe(' and');
    expect(written).toMatchObject({ id, token: ' and' });
    expect(written.logprob).toBeCloseTo(results[0]?.scores[0]?.sumLogprob as number, 6);
    expect(written.top_logprobs).toHaveLength(2);
    expect(tokens_evaluated).toBe(prompt.length + 1);
  });
});

describe('refusals have the shape of OpenAI errors and say what to do', () => {
  const completions = '/v1/completions';
  it.each([
    ['no prompt', completions, {}, 400, /prompt/u],
    ['an empty list', completions, { prompt: [] }, 400, /prompt/u],
    ['an empty list of ids', completions, { prompt: [[]] }, 400, /prompt/u],
    ['an unknown id', completions, { prompt: [1, 999999] }, 400, /999999 is outside the vocabulary/u],
    ['a negative temperature', completions, { prompt: 'a', temperature: -1 }, 400, /temperature/u],
    ['an empty stop text', completions, { prompt: 'a', stop: '' }, 400, /stop text is empty/u],
    ['what it does not do', completions, { prompt: 'a', best_of: 3 }, 400, /best_of: is not supported/u],
    ['penalties', completions, { prompt: 'a', frequency_penalty: 0.5 }, 400, /frequency_penalty: is not supported/u],
    ['another model', completions, { prompt: 'a', model: 'gpt-4' }, 404, /no model "gpt-4".*"tiny"/u],
    [
      'a long prompt',
      completions,
      { prompt: 'good '.repeat(200) },
      400,
      /takes \d+ tokens; the model reads at most 96/u,
    ],
    ['too many texts', completions, { prompt: Array(60).fill('a'), n: 64 }, 400, /at most 2048 texts/u],
    [
      'a picture',
      '/v1/chat/completions',
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      400,
      /only text can be read|messages/u,
    ],
    [
      'tools',
      '/v1/chat/completions',
      { messages: [{ role: 'user', content: 'a' }], tools: [{}] },
      400,
      /tools: are not supported/u,
    ],
    ['an empty text to embed', '/v1/embeddings', { input: [''] }, 400, /Text 1 is empty/u],
    ['half a body', completions, '{"prompt":', 400, /not JSON/u],
    ['a large body', completions, { prompt: 'a'.repeat(5000) }, 413, /larger than 4000 bytes/u],
    ['another address', '/v2/completions', {}, 404, /nothing at \/v2\/completions.*\/v1\/completions/u],
    ['a name of the prototype', '/constructor', {}, 404, /nothing at/u],
  ])('%s', async (_, path, body, status, message) => {
    const response = await post(path, body);
    const json = await response.json();
    expect([response.status, json]).toEqual([
      status,
      {
        error: {
          message: expect.stringMatching(message),
          type: expect.any(String),
          param: null,
          code: json.error.code,
        },
      },
    ]);
  });

  it('a long prompt is told by the code that clients know', async () => {
    const { error } = await (await post(completions, { prompt: 'good '.repeat(200) })).json();
    expect(error.code).toBe('context_length_exceeded');
  });

  it('wrong methods and content types', async () => {
    expect((await fetch(`${tiny.url}/completions`)).status).toBe(405);
    expect((await post(completions, '{"prompt":"a"}', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('access', () => {
  it('is for pages of this machine and those that were named', async () => {
    const from = (origin: string) => post('/v1/completions', { prompt: 'a', max_tokens: 1 }, { origin });
    for (const origin of ['http://localhost:4173', 'http://127.0.0.1:8080', 'https://friend.example']) {
      const response = await from(origin);
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    }
    for (const origin of ['https://other.example', 'null', 'http://localhost.evil.example']) {
      const response = await from(origin);
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });

  it('answers preflights, also those into a private network', async () => {
    const ask = (origin: string) =>
      fetch(`${tiny.url}/completions`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' },
      });
    const { headers } = await ask('https://friend.example');
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-private-network')).toBe('true');
    expect((await ask('https://other.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is refused under a name that is not its own', async () => {
    const { port } = new URL(tiny.url);
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/v1/models', headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it('asks for the key where there is one', async () => {
    const locked = await serve(tiny.model, 'all', 'the-key');
    const ask = (headers: Record<string, string>) => fetch(`${locked.url}/models`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask({ authorization: 'Bearer the-key' })).status).toBe(200);
    await locked.stop();
  });
});

describe('dialects', () => {
  it.each([
    ['vllm', { prompt_logprobs: true, echo: true, tokenize: 200, completion: 404 }],
    ['echo', { prompt_logprobs: false, echo: true, tokenize: 404, completion: 404 }],
    ['plain', { prompt_logprobs: false, echo: false, tokenize: 404, completion: 404 }],
  ] as const)('%s speaks what such a server speaks', async (dialect, expected) => {
    const server = await serve(tiny.model, dialect);
    const { choices } = await answer(
      '/v1/completions',
      { prompt: 'good', echo: true, logprobs: 0, prompt_logprobs: 0, max_tokens: 1 },
      server.url,
    );
    expect({
      prompt_logprobs: choices[0].prompt_logprobs !== undefined,
      echo: choices[0].text.startsWith('good'),
      tokenize: (await post('/tokenize', { prompt: 'a' }, {}, server.url)).status,
      completion: (await post('/completion', { prompt: 'a' }, {}, server.url)).status,
    }).toEqual(expected);
    await server.stop();
  });

  it('llama.cpp refuses to echo', async () => {
    const server = await serve(tiny.model, 'llama.cpp');
    const response = await post('/v1/completions', { prompt: 'a', echo: true }, {}, server.url);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('Only no echo is supported'),
    ]);
    await server.stop();
  });
});
