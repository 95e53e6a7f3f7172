/** A table whose first column is text and whose others are figures. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map((_, i) => (i === 0 ? '---|' : '---:|')).join('')}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

/** Share as signed points. */
export const points = (share: number): string => {
  const text = (100 * share).toFixed(1);
  return Number(text) < 0 ? text : `+${text.replace('-', '')}`;
};
