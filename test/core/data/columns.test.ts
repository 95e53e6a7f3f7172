import { describe, expect, it } from 'vitest';
import { checkLabels, labelsOf, mapColumns, parseLabels } from '../../../src/core/data/columns.ts';
import { readTable } from '../../support/read-table.ts';

describe('columns of a table', async () => {
  const table = await readTable('text,label\n a ,pos\nb,not_neg\n', 'f.csv');
  const holes = await readTable('text,label\na,x\n ,y\n', 'f.csv');

  it('become rows, trimmed', () => {
    expect(mapColumns(table, { text: 'text', label: 'label' })).toEqual([
      { text: 'a', label: 'pos' },
      { text: 'b', label: 'not_neg' },
    ]);
  });

  it.each([
    ['a column that is not there', { text: 'body', label: 'label' }, /no column "body".*text, label/u],
    ['a prototype key', { text: '__proto__', label: 'label' }, /no column "__proto__"/u],
  ])('are refused for %s', (_what, map, message) => {
    expect(() => mapColumns(table, map)).toThrow(message);
  });

  it('are refused where a field is empty, naming row and column', () => {
    expect(() => mapColumns(holes, { text: 'text', label: 'label' })).toThrow(/row 2: the column "text" is empty/u);
  });

  it('have labels from the pool alone, sorted, with words in place of underscores', () => {
    const pool = mapColumns(table, { text: 'text', label: 'label' });
    const expected = [
      { id: 'not_neg', words: ['not neg'] },
      { id: 'pos', words: ['pos'] },
    ];
    expect(labelsOf(pool, undefined)).toEqual(expected);
    expect(labelsOf([...pool].reverse(), undefined)).toEqual(expected);
  });

  it('have labels from a list, several words each', () => {
    expect(parseLabels('0=negative|bad, 1=positive,not_sure')).toEqual([
      { id: '0', words: ['negative', 'bad'] },
      { id: '1', words: ['positive'] },
      { id: 'not_sure', words: ['not sure'] },
    ]);
    expect(() => parseLabels('0=,1=x')).toThrow(/raw=word/u);
    expect(() => parseLabels('0=a,0=b')).toThrow(/"0" is given twice/u);
  });

  it('are refused for a label without a word, naming the row and the way out', () => {
    const pool = mapColumns(table, { text: 'text', label: 'label' });
    expect(() => checkLabels(table, pool, parseLabels('pos=good,neg=bad'))).toThrow(
      /f\.csv, row 2: the label "not_neg" is missing.*--labels "not_neg=not neg/u,
    );
  });
});
