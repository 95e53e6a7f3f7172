import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/core/model/language-model.ts';
import { type Journal, memoryJournal } from '../../../src/core/run/journal.ts';
import type { CellRecord } from '../../../src/core/run/record.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec } from '../../../src/core/run/spec.ts';
import { connectServer } from '../../../src/engines/openai/index.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';
import { type Asked, type Fault, proxy } from './proxy.ts';
import { type ServedTiny, serveTiny } from './served-tiny.ts';

/** Six queries for one arm: five in the first slice, one in the second, with three label words each. */
const parsed = parseSpec({
  version: 1,
  data: { id: 'small' },
  model: { engine: 'openai', id: 'tiny' },
  arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 2 }],
});
if (!parsed.ok) throw new Error(parsed.problem);
const { spec } = parsed;

const FIRST_SLICE = 5 * 3;

interface Patience {
  readonly timeoutMs?: number;
  readonly retries?: number;
}

/** Of those that are about time. */
const TIMEOUTS = new Map<string, Patience>([
  ['lets one answer drip for ever', { timeoutMs: 5000 }],
  ['never finishes an answer', { timeoutMs: 5000, retries: 0 }],
]);

let served: ServedTiny;
let other: ServedTiny;
let clean: readonly CellRecord[];

beforeAll(async () => {
  served = await serveTiny({ shape: { context: 1024 } });
  other = await serveTiny({ shape: { context: 1024 }, seed: 8 });
  const model = await connect(served.url);
  clean = (await run(model)).cells;
}, 120_000);
afterAll(async () => {
  await served.close();
  await other.close();
});

const connect = (url: string, { timeoutMs = 60_000, retries = 3 }: Patience = {}) =>
  connectServer({ url, timeoutMs, retry: { retries, firstMs: 5, longestMs: 300 } });

const run = (model: LanguageModel, journal: Journal = memoryJournal()) =>
  runExperiment({ spec, dataset: smallDataset(), knowledge: goldenKnowledge(), model, journal });

const isScore = ({ path, body }: Asked) => path === '/v1/completions' && body.prompt_logprobs === 0;

const json = (status: number, message: string, headers?: Record<string, string>): Fault => ({
  kind: 'answer',
  status,
  body: JSON.stringify({ error: { message, type: 'x', code: null } }),
  ...(headers ? { headers } : {}),
});

const editPlaces = (edit: (place: Record<string, { logprob: unknown }>) => unknown): Fault => ({
  kind: 'edit',
  edit: (body) => {
    for (const choice of body.choices)
      choice.prompt_logprobs = choice.prompt_logprobs.map((place: never) => (place === null ? null : edit(place)));
    return body;
  },
});

/** Connects through a proxy that begins to fail when asked to. */
async function behind(fault: (asked: Asked, scores: number) => Fault | undefined, patience?: Patience) {
  let on = false;
  let scores = 0;
  const front = await proxy(served.url, (asked) => {
    if (!on) return undefined;
    const result = fault(asked, scores);
    if (isScore(asked)) scores++;
    return result;
  });
  const model = await connect(front.url, patience);
  return {
    model,
    front,
    start: () => {
      on = true;
    },
    stop: () => {
      on = false;
    },
  };
}

describe('a fault that passes costs nothing', () => {
  const passing: [string, (asked: Asked, scores: number) => Fault | undefined][] = [
    [
      'answers 500 in the middle',
      (asked, n) => (isScore(asked) && [3, 4, 9].includes(n) ? json(500, 'boom') : undefined),
    ],
    ['answers 503 while it loads', (_, n) => (n === 2 ? json(503, 'Loading model') : undefined)],
    [
      'asks to slow down, and says how long',
      (asked, n) => (isScore(asked) && n % 5 === 1 ? json(429, 'slow down', { 'retry-after': '0.05' }) : undefined),
    ],
    ['drops the connection', (asked, n) => (isScore(asked) && n % 6 === 2 ? { kind: 'drop' } : undefined)],
    ['cuts an answer off', (asked, n) => (isScore(asked) && n === 4 ? { kind: 'cut' } : undefined)],
    ['lets one answer drip for ever', (asked, n) => (isScore(asked) && n === 5 ? { kind: 'drip' } : undefined)],
  ];
  it.each(passing)(
    'a server that %s',
    async (what, fault) => {
      const { model, front, start } = await behind(fault, TIMEOUTS.get(what));
      start();
      const record = await run(model);
      expect(front.seen.length).toBeGreaterThan(clean.length);
      expect(record.cells).toEqual(clean.map((cell) => ({ ...cell, key: expect.any(String) })));
      await front.close();
    },
    120_000,
  );
});

describe('a fault that stays stops the run with its reason, and what was finished is kept', () => {
  const lasting: [string, (asked: Asked) => Fault | undefined, string, RegExp][] = [
    ['wants another key', () => json(401, 'invalid key'), 'bad-request', /wants a key.*\(401\).*invalid key/u],
    [
      'is over its quota',
      () => json(429, 'quota used up', { 'retry-after': '3600' }),
      'quota',
      /slow down \(429\).*quota used up/u,
    ],
    [
      'fails for good',
      () => json(500, 'CUDA out of memory'),
      'network',
      /failed \(500\).*run again to go on.*CUDA out of memory/u,
    ],
    ['is gone', () => ({ kind: 'drop' }), 'network', /cannot be reached.*Check that it runs/u],
    ['never finishes an answer', () => ({ kind: 'drip' }), 'network', /did not finish an answer within 5 s/u],
    ['cuts every answer off', () => ({ kind: 'cut' }), 'network', /broke off its answer/u],
    [
      'is a web page',
      () => ({ kind: 'answer', status: 200, body: '<!doctype html><p>Sign in' }),
      'network',
      /a web page instead of JSON.*Check the address/u,
    ],
    [
      'answers in another shape',
      () => ({ kind: 'answer', status: 200, body: '{"output":[]}' }),
      'bad-request',
      /not understood.*choices.*OpenAI-compatible/u,
    ],
    [
      'has lost its log-probabilities',
      () => ({
        kind: 'edit',
        edit: (body) => ({
          ...body,
          choices: body.choices.map(({ prompt_logprobs: _, ...rest }: { prompt_logprobs: unknown }) => rest),
        }),
      }),
      'no-capability',
      /has no prompt_logprobs/u,
    ],
    [
      'gives those of the likeliest five tokens only',
      () =>
        editPlaces(() => ({
          1: { logprob: -1 },
          2: { logprob: -2 },
          3: { logprob: -3 },
          4: { logprob: -3 },
          5: { logprob: -4 },
        })),
      'bad-model',
      /for other tokens|likeliest tokens only/u,
    ],
    [
      'gives those of other tokens',
      () =>
        editPlaces((place) =>
          Object.fromEntries(Object.values(place).map((entry) => [7, { ...entry, decoded_token: 'zebra' }])),
        ),
      'bad-model',
      /for other tokens than those of the text/u,
    ],
    [
      'gives one above zero',
      () =>
        editPlaces((place) =>
          Object.fromEntries(Object.entries(place).map(([id, entry]) => [id, { ...entry, logprob: 0.5 }])),
        ),
      'bad-model',
      /gives 0\.5 as the log-probability.*none is above zero/u,
    ],
    [
      'gives NaN',
      () =>
        editPlaces((place) =>
          Object.fromEntries(Object.entries(place).map(([id, entry]) => [id, { ...entry, logprob: Number.NaN }])),
        ),
      'bad-model',
      /not finite \(NaN\).*--dtype/u,
    ],
    [
      'gives placeholders',
      () =>
        editPlaces((place) =>
          Object.fromEntries(Object.entries(place).map(([id, entry]) => [id, { ...entry, logprob: -9999 }])),
        ),
      'no-capability',
      /no log-probability for the token/u,
    ],
    [
      'serves a model of another name',
      () => ({ kind: 'edit', edit: (body) => ({ ...body, model: 'other-model' }) }),
      'bad-model',
      /another model than at the start: it was "tiny" and is "other-model"/u,
    ],
    [
      'reads less than it promised',
      () => json(400, "This model's maximum context length is 64 tokens, however you requested 200."),
      'context-too-long',
      /reads fewer tokens than it promised.*maximum context length is 64/u,
    ],
  ];
  it.each(lasting)(
    'a server that %s',
    async (what, fault, code, message) => {
      const texts: string[] = [];
      const { model, front, start, stop } = await behind((asked) => {
        if (!isScore(asked)) return undefined;
        if (!texts.includes(asked.body.prompt)) texts.push(asked.body.prompt);
        return texts.indexOf(asked.body.prompt) >= FIRST_SLICE ? fault(asked) : undefined;
      }, TIMEOUTS.get(what));
      const journal = memoryJournal();
      const finished: string[] = [];
      const put: Journal = {
        get: journal.get,
        put: async (cells) => {
          finished.push(...cells.map((cell) => cell.queryId));
          await journal.put(cells);
        },
      };
      start();
      const failed = run(model, put);
      await expect(failed).rejects.toMatchObject({ name: 'EngineError', code, recoverable: true });
      await expect(failed).rejects.toThrow(message);
      expect(finished).toHaveLength(5);
      stop();
      // The same connection goes on.
      const whole = await run(model, journal);
      expect(whole.reusedCells).toBe(5);
      expect(whole.cells.map((cell) => cell.labelLogprobs)).toEqual(clean.map((cell) => cell.labelLogprobs));
      await front.close();
    },
    120_000,
  );

  it('a server that is started anew with other weights under the same name', async () => {
    let moved = false;
    let dropped = false;
    const front = await proxy(served.url, (asked) => {
      if (!moved || !isScore(asked)) return undefined;
      if (!dropped) {
        dropped = true;
        return { kind: 'drop' };
      }
      return undefined;
    });
    const relay = await proxy(served.url, () => undefined);
    const model = await connectServer({
      url: front.url,
      retry: { retries: 3, firstMs: 5, longestMs: 50 },
      fetch: (input, init) =>
        fetch(moved && dropped ? String(input).replace(front.url.slice(0, -3), other.url.slice(0, -3)) : input, init),
    });
    moved = true;
    await expect(run(model)).rejects.toThrow(/another model than at the start: a log-probability moved by/u);
    await front.close();
    await relay.close();
  }, 120_000);
});

describe('a server that cannot be trusted from the start is not scored', () => {
  const lying: [string, Fault, RegExp][] = [
    [
      'log-probabilities above zero',
      editPlaces((place) =>
        Object.fromEntries(Object.entries(place).map(([id, entry]) => [id, { ...entry, logprob: 1 }])),
      ),
      /none is above zero/u,
    ],
    [
      'the same certainty for every token',
      editPlaces((place) =>
        Object.fromEntries(Object.entries(place).map(([id, entry]) => [id, { ...entry, logprob: 0 }])),
      ),
      /share at most the whole probability/u,
    ],
  ];
  it.each(lying)(
    '%s',
    async (_, fault, message) => {
      const front = await proxy(served.url, (asked) => {
        if (isScore(asked)) return fault;
        return asked.path === '/tokenize' || asked.path === '/completion' || asked.body?.echo
          ? json(404, 'not here')
          : undefined;
      });
      const model = await connect(front.url);
      expect(model.capabilities.has('logprobs')).toBe(false);
      await expect(model.score([{ prompt: 'a', continuations: [' b'] }])).rejects.toThrow(message);
      await expect(run(model)).rejects.toThrow(/cannot give the log-probabilities/u);
      await front.close();
    },
    120_000,
  );

  it('numbers that change by themselves', async () => {
    let shift = 0;
    const front = await proxy(served.url, (asked) => {
      if (!isScore(asked)) return undefined;
      shift += 0.3;
      return editPlaces((place) =>
        Object.fromEntries(
          Object.entries(place).map(([id, entry]) => [id, { ...entry, logprob: (entry.logprob as number) - shift }]),
        ),
      );
    });
    const model = await connect(front.url);
    await expect(model.score([{ prompt: 'a', continuations: [' b'] }])).rejects.toThrow(
      /the same prompts scored twice agree; difference/u,
    );
    await front.close();
  }, 120_000);
});

describe('connecting', { timeout: 120_000 }, () => {
  it('to a port where nothing listens says so at once', async () => {
    const gone = await proxy(served.url, () => undefined);
    await gone.close();
    await expect(connect(gone.url)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/cannot be reached: the connection was refused/u),
    });
  });

  it('names the models where one must be chosen', async () => {
    const front = await proxy(served.url, ({ path }) =>
      path === '/v1/models' ? { kind: 'edit', edit: ({ data }) => ({ data: [...data, { id: 'large' }] }) } : undefined,
    );
    await expect(connectServer({ url: front.url })).rejects.toThrow(/several models. Name one: tiny, large/u);
    await expect(connectServer({ url: front.url, model: 'small' })).rejects.toThrow(
      /no model "small". It has: tiny, large/u,
    );
    await expect(connectServer({ url: front.url, model: 'tiny' })).resolves.toMatchObject({ identity: { id: 'tiny' } });
    await front.close();
  });

  it.each([
    ['no address', 'nonsense', /is not an address/u],
    ['another protocol', 'ftp://host/v1', /is not an address/u],
    ['a password in it', 'http://me:secret@127.0.0.1/v1', /holds a name or password/u],
    ['a key in it', 'http://127.0.0.1/v1?key=secret', /after "\?" or "#"/u],
  ])('refuses %s, without repeating what is secret', async (_, url, message) => {
    const failed = connectServer({ url });
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.not.toThrow(/secret/u);
  });

  it('keeps the key out of the identity and of every message', async () => {
    const locked = await serveTiny({ apiKey: 'sk-very-secret' });
    const model = await connectServer({ url: locked.url, apiKey: 'sk-very-secret' });
    expect(JSON.stringify([model, model.identity, model.selfTest])).not.toContain('secret');
    await expect(connectServer({ url: locked.url })).rejects.toThrow(/wants a key, or another one \(401\)/u);
    const telltale = await proxy(locked.url, () => json(401, 'the key sk-very-secret is not known'));
    await expect(connectServer({ url: telltale.url, apiKey: 'sk-very-secret' })).rejects.toThrow(
      /the key \*\*\* is not known/u,
    );
    await telltale.close();
    await locked.close();
  });
});
