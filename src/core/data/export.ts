import { csvText } from './csv-text.ts';
import type { OwnData } from './own.ts';

interface Line {
  readonly split: 'pool' | 'eval';
  readonly row: OwnData['pool'][number];
}

const linesOf = ({ pool, eval: asked }: Pick<OwnData, 'pool' | 'eval'>): Line[] => [
  ...pool.map((row): Line => ({ split: 'pool', row })),
  ...asked.map((row): Line => ({ split: 'eval', row })),
];

/** Every row as one object: exactly the texts. */
export const ownJsonLines = (own: Pick<OwnData, 'pool' | 'eval'>): string =>
  linesOf(own)
    .map(({ split, row }) => `${JSON.stringify({ split, ...row })}\n`)
    .join('');

/** For spreadsheets: a text that begins like a formula has a quote in front. */
export function ownCsv(own: Pick<OwnData, 'pool' | 'eval'>): string {
  const lines = linesOf(own);
  const pairs = lines.some(({ row }) => row.text2 !== undefined);
  const options = Math.max(0, ...lines.map(({ row }) => row.options?.length ?? 0));
  const letters = Array.from({ length: options }, (_, i) => `option_${String.fromCharCode(97 + i)}`);
  const head = ['split', 'text', ...(pairs ? ['text2'] : []), ...letters, 'label'];
  const rows = lines.map(({ split, row }) => [
    split,
    row.text,
    ...(pairs ? [row.text2 ?? ''] : []),
    ...letters.map((_, i) => row.options?.[i] ?? ''),
    row.label,
  ]);
  return csvText([head, ...rows]);
}
