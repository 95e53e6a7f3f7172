import { describe, expect, it } from 'vitest';
import { isAbort } from '../../../src/core/model/engine-error.ts';
import { type ImportAnswer, importInWorker, type Port } from '../../../src/panels/data/import-in-worker.ts';

class FakePort implements Port {
  readonly sent: unknown[] = [];
  terminated = 0;
  readonly #listeners = new Map<string, (event: Event) => void>();

  postMessage(message: unknown): void {
    this.sent.push(message);
  }

  addEventListener(type: string, listener: (event: Event) => void): void {
    this.#listeners.set(type, listener);
  }

  terminate(): void {
    this.terminated++;
  }

  answer(data: ImportAnswer): void {
    this.emit('message', { data });
  }

  emit(type: string, event: object): void {
    this.#listeners.get(type)?.(event as Event);
  }
}

function start() {
  const port = new FakePort();
  const controller = new AbortController();
  const seen: [number, number][] = [];
  const request = { blob: new Blob(['x']), name: 'f.csv' };
  const done = importInWorker(
    request,
    controller.signal,
    (...p) => seen.push(p),
    () => port,
  );
  return { port, controller, seen, done };
}

const imported = { table: { name: 'f.csv', columns: [], rows: [] }, total: 0, facts: [], found: 'CSV' };

describe('import in a worker', () => {
  it('reports how far it is, then gives the rows and ends the worker', async () => {
    const { port, seen, done } = start();
    port.answer({ kind: 'progress', share: 0.5, rows: 7 });
    port.answer({ kind: 'done', imported });
    expect(await done).toEqual(imported);
    expect(seen).toEqual([[0.5, 7]]);
    expect(port.terminated).toBe(1);
  });

  it('gives the reason of a refused file', async () => {
    const { port, done } = start();
    port.answer({ kind: 'failed', message: 'f.csv, row 2: a quote' });
    await expect(done).rejects.toThrow('f.csv, row 2: a quote');
  });

  it.each(['error', 'messageerror'])('settles when the worker breaks with %s', async (type) => {
    const { port, done } = start();
    port.emit(type, { message: 'out of memory' });
    await expect(done).rejects.toThrow(/f\.csv could not be read: out of memory/u);
    expect(port.terminated).toBe(1);
  });

  it('stops at once when told to, and says nothing after', async () => {
    const { port, controller, done } = start();
    controller.abort();
    port.answer({ kind: 'done', imported });
    await expect(done).rejects.toSatisfy(isAbort);
    expect(port.terminated).toBeGreaterThanOrEqual(1);
  });

  it('does not begin when stopped before', async () => {
    const controller = new AbortController();
    controller.abort();
    const open = () => {
      throw new Error('opened');
    };
    await expect(importInWorker({ blob: new Blob(), name: 'f' }, controller.signal, () => {}, open)).rejects.toSatisfy(
      isAbort,
    );
  });
});
