import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runKnowshot } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'knowshot-questions-'));
const file = (name: string, ...lines: string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const knowshot = (...args: string[]) => runKnowshot(args, folder);

const pool = file(
  'pool.csv',
  'q,a,b,c,right',
  'Which river passes Paris?,the Seine,the Rhine,the Po,0',
  'What does a cow eat?,iron,grass,sand,1',
  'Where do fish live?,in water,in fire,on paper,0',
);
const evaluation = file(
  'eval.jsonl',
  '{"q":"Which city is in Italy?","a":"Rome","b":"Oslo","c":"Paris","right":"Rome"}',
  '{"q":"What melts in the sun?","a":"stone","b":"ice","right":"ice"}',
);
const columns = ['--text', 'q', '--options', 'a,b,c', '--label', 'right'];
const call = ['eval', '--pool', pool, '--eval', evaluation, ...columns];

describe('knowshot eval on questions with options', () => {
  it('scores the text of each option, and keeps what was asked', async () => {
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await knowshot(
      ...call,
      ...['--arm', 'select=random,k=2', '--arm', 'select=bm25,k=2,score=bytes,calibrate=pmi', '--json', '--out', out],
    );
    expect(code, stderr).toBe(0);
    const { arms } = JSON.parse(stdout);
    expect(arms).toHaveLength(2);
    for (const figures of arms) {
      expect(figures).toMatchObject({ n: 2, unscored: 0, macroF1: null, confusion: null });
      expect(figures.questions.positions.map((p: { letter: string }) => p.letter)).toEqual(['A', 'B', 'C']);
    }
    const cells = readFileSync(join(out, 'cells.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(cells[0].prompt).toMatch(/Question: Which city is in Italy\?\nAnswer:$/u);
    expect(cells[0]).toMatchObject({ gold: 'A', labels: ['A', 'B', 'C'] });
    expect(cells[0].query.options).toEqual(['Rome', 'Oslo', 'Paris']);
    expect(cells[1]).toMatchObject({ gold: 'B', labels: ['A', 'B'] });
    expect(cells[1].labelLogprobs).toHaveLength(2);
  }, 240_000);

  it.each([
    [
      'letters without options',
      ['eval', '--pool', pool, '--eval', evaluation, '--text', 'q', '--label', 'right', '--letters'],
      /--letters.*--options/u,
      2,
    ],
    ['words for labels as well', [...call, '--labels', 'A=a,B=b'], /with --options/u, 2],
    ['a column that is not there', [...call, '--options', 'a,d'], /no column "d"/u, 1],
    ['a method that counts labels', [...call, '--arm', 'select=random,k=1,calibrate=bc'], /options of its own/u, 2],
  ])(
    'refuses %s',
    async (_what, args, message, exit) => {
      const { code, stdout, stderr } = await knowshot(...args, '--arm', 'select=random,k=1');
      expect(stderr).toMatch(message);
      expect([code, stdout]).toEqual([exit, '']);
    },
    240_000,
  );
});

describe('knowshot grid', () => {
  const grid = ['grid', '--data', 'topic', '--factor', 'select=random|bm25', '--factor', 'calibrate=none|cc'];

  it('says what it will ask before it starts, and gives a link', async () => {
    const { code, stdout, stderr } = await knowshot(...grid, '--set', 'k=2', '--limit', '4', '--dry-run');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^4 arms: about \d+ prompts to score, 0 texts/u)]);
    expect(stdout).toMatch(/^#v1\./u);
  }, 240_000);

  it('gives the effects of its factors and their interaction', async () => {
    const { code, stdout, stderr } = await knowshot(...grid, '--set', 'k=1', '--limit', '4', '--json');
    expect(code, stderr).toBe(0);
    const { arms, grid: found } = JSON.parse(stdout);
    expect(arms.map((arm: { arm: string }) => arm.arm)).toEqual([
      'random × none',
      'random × cc',
      'bm25 × none',
      'bm25 × cc',
    ]);
    const accuracy = (i: number): number => arms[i].accuracy;
    expect(found.interactions).toHaveLength(1);
    expect(found.interactions[0]).toMatchObject({ levels: ['bm25', 'cc'], against: ['random', 'none'], n: 4 });
    expect(found.interactions[0].value).toBeCloseTo(accuracy(3) - accuracy(2) - accuracy(1) + accuracy(0), 9);
    expect(found.effects.map((e: { level: string }) => e.level)).toEqual(['bm25', 'cc']);
  }, 240_000);

  it.each([
    ['one factor', ['grid', '--data', 'topic', '--factor', 'k=1|2'], /at least two --factor/u],
    ['a factor without levels', [...grid, '--factor', 'k=4'], /--factor "k=4".*level\|level/u],
    ['a level twice', [...grid, '--factor', 'k=4|4'], /Two levels of a factor are the same/u],
    [
      'too many arms',
      [...grid, '--factor', 'k=1|2|3|4|5|6|7|8', '--factor', 'order=shuffled|by-label|nearest-last'],
      /96 arms/u,
    ],
  ])(
    'refuses %s',
    async (_what, args, message) => {
      expect(await knowshot(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    },
    240_000,
  );
});
