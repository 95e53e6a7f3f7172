import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { Parts } from './parts.ts';

/** A file to download. */
export interface Wanted {
  readonly url: string;
  /** Its length, where it is known beforehand; else the server's word counts. */
  readonly bytes?: number | undefined;
  readonly isRight: (bytes: Uint8Array<ArrayBuffer>) => Promise<boolean>;
  /** What is thrown where it is not. */
  readonly wrong: (got: number) => EngineError;
}

export interface ReceiveOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly parts?: Parts | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are here, and the whole where it is known. */
  readonly onBytes?: ((done: number, total?: number) => void) | undefined;
  /** Waits between attempts. */
  readonly sleep?: ((ms: number) => Promise<void>) | undefined;
}

/** Waits before the second and third attempt. */
const WAITS_MS = [1000, 4000];

/** Bytes that are kept at a time. */
const PART = 4 << 20;

/**
 * Downloads a file. One that breaks off goes on with a range request from the bytes that are here, in this call and, with `parts`, in a
 * later one; a server that answers with the whole is taken from the start. What was put together from two answers and is not right is
 * fetched once more as a whole; what is not right then is refused.
 */
export async function receive(wanted: Wanted, options: ReceiveOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { parts, signal, onBytes, sleep = wait } = options;
  const transfer = new Transfer(wanted, options);
  for (const part of (await parts?.read(wanted.url)) ?? []) transfer.resume(part);
  for (let attempt = 0; ; ) {
    throwIfAborted(signal);
    try {
      await transfer.goOn();
    } catch (error) {
      throwIfAborted(signal);
      const ms = WAITS_MS[attempt++];
      if (ms === undefined || !(error instanceof EngineError && error.code === 'network' && error.recoverable))
        throw error;
      await sleep(ms);
      continue;
    }
    const bytes = transfer.take();
    if (await wanted.isRight(bytes)) {
      await parts?.drop(wanted.url);
      onBytes?.(bytes.length, bytes.length);
      return bytes;
    }
    const joined = transfer.joined;
    await transfer.startOver();
    if (!joined) throw wanted.wrong(bytes.length);
  }
}

class Transfer {
  /** Whether what is here came in more than one answer. */
  joined = false;
  readonly #wanted: Wanted;
  readonly #options: ReceiveOptions;
  #whole: Uint8Array<ArrayBuffer>;
  #done = 0;
  #total: number | undefined;
  /** Parts that are kept, and bytes in them. */
  #parts = 0;
  #kept = 0;

  constructor(wanted: Wanted, options: ReceiveOptions) {
    this.#wanted = wanted;
    this.#options = options;
    this.#total = wanted.bytes;
    this.#whole = new Uint8Array(wanted.bytes ?? 0);
  }

  /** Takes up what an earlier call kept. */
  resume(part: Uint8Array): void {
    this.#add(part);
    this.#parts++;
    this.#kept = this.#done;
    this.joined = true;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#whole.length === this.#done ? this.#whole : this.#whole.slice(0, this.#done);
  }

  async startOver(): Promise<void> {
    await this.#options.parts?.drop(this.#wanted.url);
    [this.#done, this.#parts, this.#kept, this.joined] = [0, 0, 0, false];
    this.#total = this.#wanted.bytes;
  }

  /** One answer of the server, to its end. */
  async goOn(): Promise<void> {
    if (this.#done > 0 && this.#done === this.#total) return;
    const { url } = this.#wanted;
    const { signal, fetch } = this.#options;
    try {
      const asked = this.#done;
      const response = await fetch(url, {
        ...(signal ? { signal } : {}),
        ...(asked > 0 ? { headers: { Range: `bytes=${asked}-` } } : {}),
      });
      if (asked > 0 && !continues(response, asked)) {
        if (response.status === 200) await this.startOver();
        else if (response.status === 206 || response.status === 416) {
          await response.body?.cancel();
          await this.startOver();
          return await this.goOn();
        }
      } else this.joined ||= asked > 0;
      await this.#read(response);
      await this.#keep(0);
    } catch (error) {
      await this.#keep(0);
      throwIfAborted(signal);
      throw error instanceof EngineError
        ? error
        : brokenOff(url, error instanceof Error ? error.message : String(error));
    }
  }

  async #read(response: Response): Promise<void> {
    const { url } = this.#wanted;
    if (!response.ok || response.body === null) throw refused(url, response.status);
    // A single-page server may answer any address with its index page.
    if (response.headers.get('content-type')?.startsWith('text/html') && !url.endsWith('.html'))
      throw unreadable(url, 'the server sent a web page instead', false);
    this.#total ??= lengthOf(response, this.#done);
    const reader = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (this.#wanted.bytes !== undefined && this.#done + next.value.length > this.#wanted.bytes) {
        await reader.cancel();
        const sent = this.#done + next.value.length;
        await this.startOver();
        throw this.#wanted.wrong(sent);
      }
      this.#add(next.value);
      await this.#keep(PART);
      this.#options.onBytes?.(this.#done, this.#total);
    }
    if (this.#total !== undefined && this.#done < this.#total)
      throw brokenOff(url, `the answer broke off after ${this.#done} of ${this.#total} bytes`);
  }

  #add(chunk: Uint8Array): void {
    const end = this.#done + chunk.length;
    if (end > this.#whole.length) {
      const larger = new Uint8Array(Math.max(end, this.#total ?? 0, this.#whole.length * 2));
      larger.set(this.#whole.subarray(0, this.#done));
      this.#whole = larger;
    }
    this.#whole.set(chunk, this.#done);
    this.#done = end;
  }

  /** Keeps what has come since the last time, where that is more than so many bytes. */
  async #keep(more: number): Promise<void> {
    const { parts } = this.#options;
    if (parts === undefined || this.#done - this.#kept <= more) return;
    await parts.write(this.#wanted.url, this.#parts++, this.#whole.slice(this.#kept, this.#done));
    this.#kept = this.#done;
  }
}

/** Whether an answer begins where the bytes that are here end; a server that does not say so is believed, and the hash decides. */
function continues({ status, headers }: Response, at: number): boolean {
  const start = /^bytes (\d+)-/u.exec(headers.get('content-range') ?? '')?.[1];
  return status === 206 && (start === undefined || Number(start) === at);
}

/** Of the whole file. With a content encoding the length counts compressed bytes and says nothing. */
function lengthOf({ headers }: Response, before: number): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : before + Number(length);
}

/** Too many requests and server faults pass; a file that is not there does not come back. */
const refused = (url: string, status: number): EngineError =>
  unreadable(url, `the server answered ${status}`, status === 429 || status >= 500);

const brokenOff = (url: string, reason: string): EngineError => unreadable(url, reason, true);

function unreadable(url: string, reason: string, recoverable: boolean): EngineError {
  const { host, pathname } = new URL(url);
  return new EngineError(
    'network',
    `Could not read ${pathname} from ${host}: ${reason}. Check the connection and try again; what is downloaded stays.`,
    { recoverable },
  );
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
