import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knowshotBin as bin, runKnowshot } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'knowshot-cli-'));
const knowshot = (...args: string[]) => runKnowshot(args, folder);

function file(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const pool = file(
  'pool.csv',
  'review,stars',
  '"A fine, warm film",1',
  'Dull and slow,0',
  'Awful plot,0',
  'Lovely cast,1',
);
const evaluation = file(
  'eval.jsonl',
  '{"review":"A lovely story","stars":1}',
  '{"review":"Terrible acting","stars":0}',
);
const columns = ['--text', 'review', '--label', 'stars'];
const labels = ['--labels', '0=negative,1=positive'];
const arm = ['--arm', 'select=random,k=2'];

describe('knowshot eval', () => {
  it('prints one JSON document with the figures of each arm, and nothing else, on stdout', async () => {
    const out = join(folder, 'out');
    const { code, stdout } = await knowshot(
      ...['eval', '--pool', pool, '--eval', evaluation, ...columns, ...labels, ...arm],
      ...['--arm', 'select=bm25,k=2,calibrate=cc', '--primary', '1,2', '--json', '--out', out],
    );
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.arms).toHaveLength(2);
    for (const figures of document.arms) {
      expect(figures).toMatchObject({ n: 2, unscored: 0 });
      expect(figures.interval[0]).toBeLessThanOrEqual(figures.accuracy);
      expect(figures.interval[1]).toBeGreaterThanOrEqual(figures.accuracy);
      expect(Number.isFinite(figures.macroF1) && Number.isFinite(figures.ece)).toBe(true);
    }
    expect(document.arms[0].mcnemar).toBeNull();
    expect(document.arms[1].mcnemar).toMatchObject({
      p: expect.any(Number),
      gained: expect.any(Number),
      primary: true,
    });
    expect(document.usage.computed).toBeLessThan(document.usage.asked);
    const cells = readFileSync(join(out, 'cells.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(cells).toHaveLength(4);
    expect(cells[0].prompt.endsWith('Label:')).toBe(true);
    expect(cells[0].labelLogprobs).toHaveLength(2);
    expect(cells[0].demoIds).toHaveLength(2);
  }, 60_000);

  it('goes on where it stopped: a second run into the same folder computes nothing', async () => {
    const call = [
      'eval',
      '--pool',
      pool,
      '--eval',
      evaluation,
      ...columns,
      ...labels,
      ...arm,
      '--json',
      '--out',
      join(folder, 'again'),
    ];
    const first = JSON.parse((await knowshot(...call)).stdout);
    const second = JSON.parse((await knowshot(...call)).stdout);
    expect(first.reusedCells).toBe(0);
    expect(second).toMatchObject({ reusedCells: 2, usage: { computed: 0 }, arms: first.arms });
  }, 60_000);

  it.each([
    [
      'a broken row, by row and column',
      ['--eval', file('broken.csv', 'review,stars', 'Good,1', 'Bad')],
      /broken\.csv, row 2.*"stars"/u,
      1,
    ],
    [
      'a label without a word',
      ['--eval', file('other.csv', 'review,stars', 'Good,5')],
      /row 1: the label "5" is missing/u,
      1,
    ],
    ['labels that collide', ['--eval', evaluation, '--labels', '0=good,1=Good'], /collide/u, 2],
    ['an unknown column', ['--eval', evaluation, '--text', 'body'], /no column "body".*review, stars/u, 1],
    ['an unknown selector', ['--eval', evaluation, '--arm', 'select=best'], /no selector "best".*random/u, 2],
    [
      'an option that nothing has',
      ['--eval', evaluation, '--arm', 'select=random,__proto__=1'],
      /no.*option.*__proto__/u,
      2,
    ],
    ['an unknown model', ['--eval', evaluation, '--model', 'other'], /no embedded model "other".*knowshot-mini/u, 2],
    [
      'an empty pool',
      ['--eval', evaluation, '--pool', file('none.csv', 'review,stars')],
      /none\.csv has no data rows/u,
      1,
    ],
  ])(
    'refuses %s',
    async (_what, args, message, exit) => {
      const { code, stdout, stderr } = await knowshot('eval', '--pool', pool, ...columns, ...labels, ...arm, ...args);
      expect(stderr).toMatch(message);
      expect(stdout).toBe('');
      expect(code).toBe(exit);
    },
    60_000,
  );
});

describe('knowshot score', () => {
  it('gives tokens and their log-probabilities, which add up', async () => {
    const { code, stdout } = await knowshot(
      'score',
      '--prompt',
      'The capital of France is',
      '--continuation',
      ' Paris',
      '--json',
    );
    expect(code).toBe(0);
    const [paris] = JSON.parse(stdout).continuations;
    const sum = paris.tokens.reduce((total: number, token: { logprob: number }) => total + token.logprob, 0);
    expect(paris.sumLogprob).toBeCloseTo(sum, 9);
    expect(paris.tokens.map((token: { text: string }) => token.text).join('')).toBe(' paris');
  }, 60_000);
});

describe('knowshot link and open', () => {
  it('are each other backwards', async () => {
    const spec = {
      version: 1,
      data: { id: 'topic' },
      model: { engine: 'embedded', id: 'knowshot-mini' },
      arms: [{ id: 'a', name: 'A', select: { type: 'ker', alpha: 0.3 }, shots: 4 }],
    };
    const link = (await knowshot('link', file('spec.json', JSON.stringify(spec)))).stdout.trim();
    expect(link).toMatch(/^#v1\./u);
    const opened = JSON.parse((await knowshot('open', `https://example.org/knowshot/${link}`)).stdout);
    expect(opened.spec).toMatchObject({
      data: spec.data,
      arms: [{ select: { type: 'ker', alpha: 0.3, gamma: 0.001 } }],
    });
    const again = (await knowshot('link', file('opened.json', JSON.stringify(opened)))).stdout.trim();
    expect(again).toBe(link);
  }, 60_000);

  it('refuse a cut link and an unknown set with what to do', async () => {
    expect(await knowshot('open', '#v1.abcdef')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/damaged.*Copy it again/u),
    });
    const spec = {
      version: 1,
      data: { id: 'nothing' },
      model: { engine: 'embedded', id: 'knowshot-mini' },
      arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 0 }],
    };
    const { code, stderr } = await knowshot('run', file('unknown.json', JSON.stringify(spec)));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no bundled set "nothing".*topic/u)]);
  }, 60_000);
});

it('prints its usage, and calls wrong usage wrong', async () => {
  expect(await knowshot('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('knowshot eval') });
  expect(await knowshot('eval', '--nothing')).toMatchObject({ code: 2 });
  expect(await knowshot('brew')).toMatchObject({ code: 2, stderr: expect.stringContaining('no command "brew"') });
  expect(existsSync(bin)).toBe(true);
}, 60_000);
