import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Client } from '../../../src/engines/openai/client.ts';
import { Endpoint } from '../../../src/engines/openai/endpoint.ts';

const Answer = v.object({ ok: v.literal(true) });
const good = () => new Response('{"ok":true}');

function clientWith(answer: (n: number, init: RequestInit) => Response | Promise<Response>, concurrency = 4) {
  let n = 0;
  const calls: RequestInit[] = [];
  const client = new Client({
    endpoint: new Endpoint('http://127.0.0.1:9/v1'),
    fetch: async (_, init = {}) => {
      calls.push(init);
      return answer(n++, init);
    },
    apiKey: 'the-key',
    concurrency,
    timeoutMs: 60_000,
    retry: { retries: 3, firstMs: 1, longestMs: 50 },
  });
  return { client, calls };
}

/** A gate that answers wait at. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a client', () => {
  it('has at most so many requests under way, and answers all', async () => {
    let running = 0;
    let most = 0;
    const { client } = clientWith(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return good();
    }, 3);
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.json('/v1/x', Answer)));
    expect(answers).toHaveLength(50);
    expect(most).toBe(3);
  });

  it('never sends what was stopped while it waited, and lets the others go on', async () => {
    const { open, opened } = gate();
    const { client, calls } = clientWith(() => opened.then(good), 1);
    const stop = new AbortController();
    const first = client.json('/v1/x', Answer);
    const second = client.json('/v1/x', Answer, { signal: stop.signal });
    const third = client.json('/v1/x', Answer);
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    open();
    await expect(Promise.all([first, third])).resolves.toHaveLength(2);
    expect(calls).toHaveLength(2);
  });

  it('stops waiting for the next attempt when it is stopped', async () => {
    const stop = new AbortController();
    const { client, calls } = clientWith(() => {
      stop.abort();
      return new Response('', { status: 503 });
    });
    await expect(client.json('/v1/x', Answer, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(calls).toHaveLength(1);
  });

  it('tries again a bounded number of times', async () => {
    const { client, calls } = clientWith(() => new Response('{"error":"busy"}', { status: 503 }));
    await expect(client.json('/v1/x', Answer)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/busy/u),
    });
    expect(calls).toHaveLength(4);
    expect(client.interruptions).toBe(3);
  });

  it.each([
    ['0.01', 2],
    [new Date(Date.now() - 1000).toUTCString(), 2],
    ['soon', 2],
    ['3600', 1],
    [new Date(Date.now() + 3_600_000).toUTCString(), 1],
  ])('waits as Retry-After: %s asks, or gives up at once where that is too long', async (wait, attempts) => {
    const { client, calls } = clientWith((n) =>
      n === 0 ? new Response('', { status: 429, headers: { 'retry-after': wait } }) : good(),
    );
    const asked = client.json('/v1/x', Answer);
    if (attempts === 1) await expect(asked).rejects.toMatchObject({ code: 'quota' });
    else await expect(asked).resolves.toEqual({ ok: true });
    expect(calls).toHaveLength(attempts);
  });

  it('sends the key in its header only, no cookies, and follows no redirect', async () => {
    const { client, calls } = clientWith(good);
    await client.json('/v1/x', Answer, { body: { prompt: 'a' } });
    expect(calls[0]).toMatchObject({
      credentials: 'omit',
      redirect: 'error',
      headers: { authorization: 'Bearer the-key' },
      body: '{"prompt":"a"}',
    });
  });
});

describe('an address', () => {
  it.each([
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/v1/models'],
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/v1/models'],
    ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1/models'],
    ['https://models.example/proxy/v1/', 'https://models.example/proxy/v1/models'],
    ['https://models.example/v1/chat/completions', 'https://models.example/v1/models'],
  ])('%s is taken as people write it', (address, url) => {
    expect(new Endpoint(address).url('/v1/models')).toBe(url);
  });

  it('knows this machine and private networks', () => {
    const facts = (address: string) => [new Endpoint(address).isLoopback, new Endpoint(address).isPrivate];
    expect(facts('http://localhost:1')).toEqual([true, true]);
    expect(facts('http://[::1]:1')).toEqual([true, true]);
    expect(facts('http://192.168.0.7')).toEqual([false, true]);
    expect(facts('http://172.20.0.1')).toEqual([false, true]);
    expect(facts('http://gpu-box')).toEqual([false, true]);
    expect(facts('https://172.40.0.1')).toEqual([false, false]);
    expect(facts('https://models.example')).toEqual([false, false]);
  });
});
