import { describe, expect, it } from 'vitest';
import { isAbort } from '../../../src/core/model/engine-error.ts';
import { type Fetch, hubRows, hubSplits } from '../../../src/panels/data/hugging-face.ts';

const { signal } = new AbortController();
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

const features = [
  { name: 'sentence', type: { dtype: 'string', _type: 'Value' } },
  { name: 'label', type: { names: ['negative', 'positive'], _type: 'ClassLabel' } },
];

/** A split of 230 rows, a hundred at a time. */
const viewer =
  (asked: string[] = []): Fetch =>
  async (url) => {
    asked.push(url);
    const offset = Number(new URL(url).searchParams.get('offset'));
    const rows = Array.from({ length: Math.min(100, 230 - offset) }, (_, i) => ({
      row_idx: offset + i,
      row: { sentence: `sentence ${offset + i}`, label: (offset + i) % 2 },
      truncated_cells: [],
    }));
    return json({ features, rows, num_rows_total: 230 });
  };

const split = { config: 'default', split: 'train' };
const rowsOf = (most: number, get: Fetch) => hubRows('me/set', split, most, signal, () => {}, get);

describe('sets of Hugging Face', () => {
  it('have their splits listed', async () => {
    const get: Fetch = async () => json({ splits: [{ dataset: 'x', ...split }], pending: [], failed: [] });
    expect(await hubSplits('x', signal, get)).toEqual([split]);
  });

  it('are read page by page, with class names in place of numbers', async () => {
    const asked: string[] = [];
    const { table, total, facts } = await rowsOf(150, viewer(asked));
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('dataset=me%2Fset');
    expect([table.rows.length, total]).toEqual([150, 150]);
    expect(Object.fromEntries(table.rows[149]?.values ?? [])).toEqual({ sentence: 'sentence 149', label: 'positive' });
    expect(facts.find((f) => f.column === 'label')?.values?.get('negative')).toBe(75);
  });

  it('end where the split ends', async () => {
    expect((await rowsOf(5000, viewer())).table.rows).toHaveLength(230);
  });

  it('that cannot be reached are refused with the reason and another way', async () => {
    const get: Fetch = async () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(rowsOf(10, get)).rejects.toThrow(/could not be reached for "me\/set": Failed to fetch.*download/u);
  });

  it('that the viewer refuses are refused with what it says', async () => {
    const get: Fetch = async () => json({ error: 'The dataset does not exist.' }, 404);
    await expect(hubSplits('no/such', signal, get)).rejects.toThrow(/"no\/such": The dataset does not exist\./u);
  });

  it('with an answer of another shape are refused', async () => {
    await expect(rowsOf(10, async () => json({ rows: 'none' }))).rejects.toThrow(/cannot be read/u);
    await expect(hubSplits('x', signal, async () => json({ splits: [] }))).rejects.toThrow(/no split/u);
  });

  it('can be stopped', async () => {
    const controller = new AbortController();
    const get: Fetch = async () => {
      controller.abort();
      throw new DOMException('stopped', 'AbortError');
    };
    await expect(hubSplits('x', controller.signal, get)).rejects.toSatisfy(isAbort);
  });
});
