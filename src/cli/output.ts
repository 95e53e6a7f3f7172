import type { LoadProgress } from '../core/model/language-model.ts';

/** Progress and problems: on stderr, so that stdout holds results alone. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Rewrites one line of a terminal; elsewhere says nothing, so that logs stay short. */
export function progressLine(): { show: (text: string) => void; end: () => void } {
  const live = process.stderr.isTTY === true;
  let shown = false;
  return {
    show(text) {
      if (!live) return;
      process.stderr.write(`\r\u001b[2K${text}`);
      shown = true;
    },
    end() {
      if (shown) process.stderr.write('\r\u001b[2K');
    },
  };
}

/** One line that counts a download. */
export function downloadLine(): (progress: LoadProgress) => void {
  const line = progressLine();
  const mega = (bytes: number) => (bytes / 1e6).toFixed(0);
  return ({ phase, done = 0, total }) => {
    if (phase === 'download') line.show(`loading ${mega(done)}${total === undefined ? '' : ` of ${mega(total)}`} MB`);
    else line.end();
  };
}

/** Columns padded to their widest entry; the first is left-aligned, the others right-aligned. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => [...(row[c] ?? '')].length)));
  return rows
    .map((row) =>
      row
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
