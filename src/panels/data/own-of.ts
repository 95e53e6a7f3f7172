import type { Dataset, Example } from '../../core/data/example.ts';
import type { OwnData } from '../../core/data/own.ts';

const rowOf = ({ text, text2, options, label }: Example): OwnData['pool'][number] => ({
  text,
  ...(text2 === undefined ? {} : { text2 }),
  ...(options === undefined ? {} : { options: [...options] }),
  label,
});

/** A bundled set as data of one's own, to change. */
export const ownOf = ({ title, labels, template, demoPool, evalSet }: Dataset): OwnData => ({
  title: `${title}, my copy`,
  labels: labels.map(({ id, words }) => ({ id, words: [...words] })),
  template: { ...template, inputNames: [...template.inputNames] },
  pool: demoPool.map(rowOf),
  eval: evalSet.map(rowOf),
});
