import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../src/core/run/spec.ts';
import {
  type Origin,
  ordersCsv,
  type PullRow,
  probeJson,
  pullsCsv,
  turnedCsv,
} from '../../../src/panels/probe/export.ts';
import { smallDataset } from '../../support/small-world.ts';

const spec = (() => {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    primary: 'b',
    arms: ['a', 'b'].map((id) => ({ id, name: `Arm ${id}`, select: { type: 'random' }, shots: 2 })),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
})();

describe('the results of a probe as a file', () => {
  it('hold what they were made with: a spec of the one arm that can be run, settings, data and model', () => {
    const dataset = smallDataset();
    const origin = {
      probe: 'orders',
      results: { experiment: { spec }, dataset, model: { engine: 'fake', id: 'hash', revision: 'r' } },
      arm: spec.arms[1],
      settings: { sets: 2, orders: 2, queries: 3 },
    } as unknown as Origin;
    const document = JSON.parse(probeJson(origin, { cells: [{ set: 0, order: 1, accuracy: 0.5 }] }, false));
    const parsed = parseSpec(document.spec);
    expect(parsed.ok && parsed.spec.arms.map(({ id }) => id)).toEqual(['b']);
    expect(document).toMatchObject({
      probe: 'orders',
      settings: { sets: 2, orders: 2, queries: 3 },
      model: { revision: 'r' },
      data: { id: 'small', digest: dataset.digest },
      complete: false,
      cells: [{ set: 0, order: 1, accuracy: 0.5 }],
    });
  });

  it('are tables, safe for spreadsheets, that leave out what was not measured', () => {
    const cells = [{ set: 1, order: 2, accuracy: 0.25, globalEntropy: 0.5, localEntropy: 0.125 }];
    expect(ordersCsv(cells)).toBe('set,order,accuracy,global_entropy,local_entropy\r\n1,2,0.25,0.5,0.125\r\n');
    expect(
      turnedCsv([
        { queryId: 'q', turn: 1, gold: 'B', letter: 'B', content: '=1, or 2' },
        { queryId: 'q', turn: 2, gold: 'C', letter: null, content: null },
      ]),
    ).toBe(`query,turn,gold,answer,correct,answer_text\r\nq,1,B,B,1,"'=1, or 2"\r\nq,2,C,,0,\r\n`);
    const pull = (n: number) => ({ n, right: 0.5, before: 0.75, after: 0.25 });
    const rows = [{ arm: spec.arms[0], recency: pull(4), majority: pull(0) }] as unknown as PullRow[];
    expect(pullsCsv(rows).split('\r\n').slice(1, 3)).toEqual([
      'a,Arm a,last_example,4,0.5,0.75,0.25',
      'a,Arm a,most_examples,0,,,',
    ]);
  });
});
