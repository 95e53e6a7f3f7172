import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dialect } from '../../../src/cli/serve/served.ts';
import { type EndpointReport, type ExamineOptions, examineServer } from '../../../src/engines/openai/index.ts';
import { proxy } from './proxy.ts';
import { type ServedTiny, serve, serveTiny } from './served-tiny.ts';

const DIALECTS = ['all', 'vllm', 'echo', 'llama.cpp', 'plain'] as const satisfies readonly Dialect[];

const servers = new Map<string, ServedTiny>();
beforeAll(async () => {
  const first = await serveTiny({ shape: { context: 512 } });
  servers.set('all', first);
  for (const dialect of DIALECTS.slice(1)) servers.set(dialect, await serve(first.model, dialect));
  servers.set('locked', await serve(first.model, 'all', 'sk-secret'));
}, 60_000);
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

const address = (name: string) => (servers.get(name) as ServedTiny).url;
const examine = (url: string, more: Partial<ExamineOptions> = {}) =>
  examineServer({ url, retry: { retries: 1, firstMs: 5 }, ...more });
const find = (report: EndpointReport, id: string) => report.checks.find((check) => check.id === id);

describe('the endpoint doctor', { timeout: 120_000 }, () => {
  it.each([
    ['all', /prompt_logprobs/u, /vLLM/u],
    ['vllm', /prompt_logprobs/u, /vLLM/u],
    ['echo', /echo with logprobs/u, /alone/u],
    ['llama.cpp', /forced tokens of llama.cpp/u, /llama\.cpp/u],
  ])('finds how a server that speaks %s is scored', async (dialect, way, tokens) => {
    const report = await examine(address(dialect));
    expect(report).toMatchObject({ canScore: true, model: 'tiny', models: ['tiny'] });
    expect(find(report, 'logprobs')).toMatchObject({ status: 'ok', found: expect.stringMatching(way) });
    expect(find(report, 'tokens')).toMatchObject({ status: 'ok', found: expect.stringMatching(tokens) });
    for (const id of ['reach', 'models', 'boundary', 'repeat', 'sums', 'embeddings'])
      expect(find(report, id)?.status, id).toBe('ok');
  });

  it('names every way that was tried where none works, and the setting to change', async () => {
    const report = await examine(address('plain'));
    expect(report.canScore).toBe(false);
    expect(find(report, 'logprobs')).toMatchObject({
      status: 'failed',
      found: expect.stringMatching(/prompt_logprobs \(vLLM\):.*echo with logprobs:.*does not echo/u),
      fix: expect.stringMatching(/^knowshot serve: start it with --dialect all$/u),
    });
    expect(find(report, 'sums')?.status).toBe('skipped');
  });

  it('says that nothing listens', async () => {
    const gone = await proxy(address('all'), () => undefined);
    await gone.close();
    const report = await examine(gone.url);
    expect(find(report, 'reach')).toMatchObject({ status: 'failed', found: expect.stringMatching(/refused/u) });
    expect(find(report, 'models')).toMatchObject({ status: 'skipped', found: 'Not reached.' });
  });

  it('asks for the key, and never shows one', async () => {
    const without = await examine(address('locked'));
    expect(find(without, 'key')).toMatchObject({ status: 'failed', fix: expect.stringMatching(/Give the key/u) });
    const wrong = await examine(address('locked'), { apiKey: 'sk-guess' });
    expect(find(wrong, 'key')?.status).toBe('failed');
    const right = await examine(address('locked'), { apiKey: 'sk-secret' });
    expect(right.canScore).toBe(true);
    expect(JSON.stringify([without, wrong, right])).not.toMatch(/sk-guess|sk-secret/u);
  });

  it('tells a server that hides its answers from this page from one that is not there', async () => {
    const page = { origin: 'https://play.example', secure: true };
    // As a browser: without the header the answer is an error, except blindly.
    const browser = async (input: string | URL | Request, init?: RequestInit) => {
      if (init?.mode === 'no-cors') return fetch(input, { signal: init.signal ?? null });
      throw new TypeError('Failed to fetch');
    };
    const report = await examine(address('all'), { page, fetch: browser });
    expect(find(report, 'reach')?.status).toBe('ok');
    expect(find(report, 'cors')).toMatchObject({
      status: 'failed',
      fix: expect.stringMatching(/--allowed-origins.*play\.example.*OLLAMA_ORIGINS=https:\/\/play\.example/u),
    });
    expect(find(report, 'private')).toMatchObject({
      status: 'warning',
      fix: expect.stringMatching(/Private-Network/u),
    });
  });

  it('knows mixed content, and that this machine is no stranger to a secure page', async () => {
    const page = { origin: 'https://play.example', secure: true };
    const fetchNothing = async () => {
      throw new TypeError('Failed to fetch');
    };
    const far = await examine('http://models.example:8000/v1', { page, fetch: fetchNothing });
    expect(find(far, 'mixed')).toMatchObject({ status: 'failed', fix: expect.stringMatching(/certificate|tunnel/u) });
    const near = await examine(address('all'), { page: { origin: 'http://localhost:4173', secure: true } });
    expect([find(near, 'mixed')?.status, find(near, 'private')?.status]).toEqual(['ok', 'ok']);
  });

  it('warns of a key over plain HTTP, and refuses an address with a secret in it', async () => {
    const clear = await examine('http://models.example/v1', {
      apiKey: 'k',
      fetch: () => Promise.reject(new TypeError('x')),
    });
    expect(find(clear, 'address')).toMatchObject({ status: 'warning', fix: expect.stringMatching(/https/u) });
    const secret = await examine('http://me:pw@models.example/v1');
    expect(find(secret, 'address')?.status).toBe('failed');
  });

  it('finds numbers that do not repeat', async () => {
    let n = 0;
    const shaky = await proxy(address('echo'), ({ body }) =>
      body?.echo === true
        ? {
            kind: 'edit',
            edit: (answer) => {
              const { logprobs } = answer.choices[0];
              n++;
              logprobs.token_logprobs = logprobs.token_logprobs.map((x: number | null) =>
                x === null ? null : x - (n % 7) / 3,
              );
              return answer;
            },
          }
        : undefined,
    );
    const report = await examine(shaky.url);
    expect(report.canScore).toBe(false);
    expect(find(report, 'repeat')).toMatchObject({ status: 'failed', fix: expect.any(String) });
    expect(find(report, 'sums')).toMatchObject({
      status: 'failed',
      found: expect.stringMatching(/scored twice agree: no, by/u),
    });
    await shaky.close();
  });

  it('warns where the context length is not told', async () => {
    const silent = await proxy(address('echo'), ({ path }) =>
      path === '/v1/models' ? { kind: 'edit', edit: () => ({ data: [{ id: 'tiny' }] }) } : undefined,
    );
    expect(find(await examine(silent.url), 'context')).toMatchObject({
      status: 'warning',
      found: expect.stringMatching(/4096 tokens are assumed/u),
    });
    expect(find(await examine(silent.url, { contextLength: 2048 }), 'context')?.status).toBe('ok');
    await silent.close();
  });
});
