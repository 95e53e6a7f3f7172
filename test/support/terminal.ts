import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const knowshotBin = fileURLToPath(new URL('../../src/cli/bin.js', import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `knowshot ARGS` as a user types it, in a process of its own. */
export const runKnowshot = (args: readonly string[], cwd = process.cwd(), timeout = 120_000): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [knowshotBin, ...args],
      { cwd, timeout, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
