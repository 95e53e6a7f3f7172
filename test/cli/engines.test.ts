import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportedModel } from '../engines/transformers/exported.ts';
import { tableEmbedder } from '../engines/transformers/table-embedder.ts';
import { knowshotBin, runKnowshot } from '../support/terminal.ts';

const mini = fileURLToPath(new URL('../../public/models/knowshot-mini', import.meta.url));
const missing = !existsSync(join(mini, 'manifest.json')) && ' (public/models/knowshot-mini is not there)';

const folder = mkdtempSync(join(tmpdir(), 'knowshot-engines-'));
const knowshot = (...args: string[]) => runKnowshot(args, folder);

/** `knowshot serve` in a process of its own. */
async function served(...args: string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [knowshotBin, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`knowshot serve ended with ${code}`)));
  });
  return { url, child };
}

const rows = [
  ['A warm and funny film', 1],
  ['Dull, slow and far too long', 0],
  ['The cast is lovely', 1],
  ['An awful plot', 0],
  ['I laughed all evening', 1],
  ['Nobody should see this', 0],
].map(([review, stars]) => JSON.stringify({ review, stars }));
const pool = join(folder, 'pool.jsonl');
const evaluation = join(folder, 'eval.jsonl');
writeFileSync(pool, rows.slice(0, 4).join('\n'));
writeFileSync(evaluation, rows.slice(4).join('\n'));

describe.skipIf(missing)(
  `the same model through every engine of the terminal${missing || ''}`,
  { timeout: 600_000 },
  () => {
    let server: { url: string; child: ChildProcess };
    let onnx: string;
    beforeAll(async () => {
      server = await served();
      onnx = await exportedModel(mini, ['fp32']);
    }, 240_000);
    afterAll(() => {
      server?.child.kill('SIGINT');
    });

    interface CellLine {
      readonly prompt: string;
      readonly demoIds: readonly string[];
      readonly labelLogprobs: readonly number[];
      readonly prior: readonly number[];
      readonly prediction: string;
    }

    async function evaluate(name: string, ...engine: string[]) {
      const out = join(folder, name);
      const { code, stdout, stderr } = await knowshot(
        ...[
          'eval',
          '--pool',
          pool,
          '--eval',
          evaluation,
          '--text',
          'review',
          '--label',
          'stars',
          '--labels',
          '0=bad,1=good',
        ],
        ...['--arm', 'select=random,k=2,calibrate=cc', '--arm', 'select=bm25,k=3', '--json', '--out', out, ...engine],
      );
      expect(code, stderr).toBe(0);
      const cells = readFileSync(join(out, 'cells.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line): CellLine => JSON.parse(line));
      return { document: JSON.parse(stdout), cells };
    }

    it('knowshot eval gives the same numbers to 1e-3', async () => {
      const embedded = await evaluate('embedded');
      for (const [name, engine] of [
        ['served', `openai:${server.url}`],
        ['onnx', `onnx:${onnx}`],
      ] as const) {
        const other = await evaluate(name, '--engine', engine);
        expect(other.document.arms.map(({ accuracy, n }: { accuracy: number; n: number }) => [accuracy, n])).toEqual(
          embedded.document.arms.map(({ accuracy, n }: { accuracy: number; n: number }) => [accuracy, n]),
        );
        other.cells.forEach((cell, i) => {
          const own = embedded.cells[i] as CellLine;
          expect([cell.prompt, cell.demoIds, cell.prediction]).toEqual([own.prompt, own.demoIds, own.prediction]);
          const numbers = [...cell.labelLogprobs, ...(cell.prior ?? [])];
          [...own.labelLogprobs, ...(own.prior ?? [])].forEach((value, j) => {
            expect(Math.abs((numbers[j] as number) - value)).toBeLessThan(1e-3);
          });
        });
      }
      const { model, spec } = JSON.parse(readFileSync(join(folder, 'served', 'record.json'), 'utf8'));
      expect(model).toMatchObject({ engine: 'openai', id: 'knowshot-mini', backend: 'HTTP, prompt_logprobs' });
      expect(spec.model).toEqual({ engine: 'openai', id: 'knowshot-mini' });
      for (const file of ['record.json', 'spec.json', 'summary.json', 'cells.jsonl'])
        expect(readFileSync(join(folder, 'served', file), 'utf8')).not.toContain('127.0.0.1');
      const again = await evaluate('served', '--engine', `openai:${server.url}`);
      expect(again.document).toMatchObject({ reusedCells: 4, usage: { computed: 0 } });
    });

    it('knowshot models check openai:URL prints every check, and fails where scoring does', async () => {
      const fine = await knowshot('models', 'check', `openai:${server.url}`);
      expect([fine.code, fine.stdout]).toEqual([
        0,
        expect.stringMatching(/^ok +Log-probabilities of given text: Given: prompt_logprobs\.$/mu),
      ]);
      const plain = await served('--dialect', 'plain');
      try {
        const { code, stdout, stderr } = await knowshot('models', 'check', `openai:${plain.url}`, '--json');
        expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be used for scoring/u)]);
        expect(JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === 'logprobs')).toMatchObject({
          status: 'failed',
          fix: expect.any(String),
        });
        const score = await knowshot(
          'score',
          '--engine',
          `openai:${plain.url}`,
          '--prompt',
          'a',
          '--continuation',
          ' b',
        );
        expect([score.code, score.stdout]).toEqual([1, '']);
        expect(score.stderr).toMatch(/gives no exact log-probabilities of given text/u);
      } finally {
        plain.child.kill('SIGINT');
      }
    });

    it('knowshot eval chooses demos by a sentence embedder beside the embedded model, and says which', async () => {
      const { folder: embedder } = await tableEmbedder();
      const call = (...more: string[]) =>
        knowshot(
          ...['eval', '--pool', pool, '--eval', evaluation, '--text', 'review', '--label', 'stars'],
          ...['--labels', '0=bad,1=good', '--json', ...more],
        );
      const out = join(folder, 'sentence');
      const arms = ['--arm', 'select=topk,k=2,embedding=sentence', '--arm', 'select=topk,k=2'];
      const { code, stdout, stderr } = await call(...arms, '--embedder', embedder, '--out', out);
      expect(code, stderr).toBe(0);
      const name = basename(embedder);
      expect(JSON.parse(stdout)).toMatchObject({
        model: { engine: 'embedded' },
        embedder: { engine: 'transformers', id: name, files: expect.arrayContaining([]) },
      });
      const { cells, spec } = JSON.parse(readFileSync(join(out, 'record.json'), 'utf8'));
      expect(spec.embedder).toEqual({ id: name });
      const reasons = (arm: string) =>
        new Set(
          cells
            .filter(({ armId }: { armId: string }) => armId === arm)
            .flatMap(({ demos }: { demos: { why: { reason: string } }[] }) => demos.map(({ why }) => why.reason)),
        );
      expect([...reasons('arm-1'), ...reasons('arm-2')]).toEqual([
        'most similar by sentence embedding',
        'most similar by model embedding',
      ]);
      const again = await knowshot('run', join(out, 'spec.json'), '--json', '--out', out);
      expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/of a folder.*--embedder FOLDER/u)]);
      const told = await knowshot('run', join(out, 'spec.json'), '--json', '--out', out, '--embedder', embedder);
      expect(JSON.parse(told.stdout)).toMatchObject({ reusedCells: 4 });
      for (const [args, reason] of [
        [['--arm', 'select=topk,embedding=sentence'], /Say which: --embedder/u],
        [['--arm', 'select=topk', '--embedder', embedder], /no arm asks for it/u],
        [['--arm', 'select=topk,embedding=sentence', '--embedder', 'nowhere'], /neither a folder/u],
      ] as const) {
        const refused = await call(...args);
        expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(reason)]);
      }
    });

    it('says what is wrong with a choice of engine', async () => {
      const ask = async (...args: string[]) => {
        const { code, stderr } = await knowshot('score', '--prompt', 'a', '--continuation', ' b', ...args);
        return [code, stderr];
      };
      expect(await ask('--engine', 'magic:1')).toEqual([
        2,
        expect.stringMatching(/give embedded, openai:\.\.\. or onnx:\.\.\./u),
      ]);
      expect(await ask('--engine', 'openai:nonsense')).toEqual([1, expect.stringMatching(/is not an address/u)]);
      expect(await ask('--engine', `openai:${server.url}`, '--model', 'gpt')).toEqual([
        1,
        expect.stringMatching(/no model "gpt"\. It has: knowshot-mini/u),
      ]);
      expect(await ask('--engine', `onnx:${onnx}`, '--dtype', 'f99')).toEqual([
        2,
        expect.stringMatching(/--dtype "f99"/u),
      ]);
      const link = await knowshot('run', spec('openai'));
      expect([link.code, link.stderr]).toEqual([2, expect.stringMatching(/Say where it is: --engine openai:URL/u)]);
    });

    it('ends the server on Ctrl-C', async () => {
      const { child } = await served();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    });
  },
);

function spec(engine: string): string {
  const path = join(folder, `${engine}.json`);
  writeFileSync(
    path,
    JSON.stringify({
      version: 1,
      data: { id: 'topic' },
      model: { engine, id: 'some-model' },
      arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 0 }],
    }),
  );
  return path;
}
