import { problem } from './failure.ts';

/** A question with a known answer, put again to see whether the same model still answers. */
export type Sentinel = (signal: AbortSignal | undefined) => Promise<readonly number[]>;

const EVERY = 256;

/** Notices when another model answers in the middle of a run. */
export class Watch {
  readonly #server: string;
  readonly #tolerance: number;
  #name: string | undefined;
  #fingerprint: string | undefined;
  #sentinel: Sentinel | undefined;
  #expected: readonly number[] = [];
  #suspicious = false;
  #answers = 0;
  #interruptions = 0;

  /** @param tolerance how much a log-probability may differ from time to time, in nats. */
  constructor(server: string, tolerance: number) {
    this.#server = server;
    this.#tolerance = tolerance;
  }

  /** Looks at an answer's own word on who gave it. */
  see({
    model,
    system_fingerprint: fingerprint,
  }: {
    model?: string | null | undefined;
    system_fingerprint?: string | null | undefined;
  }): void {
    this.#answers++;
    if (model != null) {
      this.#name ??= model;
      if (model !== this.#name) throw changed(this.#server, `it was "${this.#name}" and is "${model}"`);
    }
    if (fingerprint != null) {
      this.#fingerprint ??= fingerprint;
      if (fingerprint !== this.#fingerprint) this.#suspicious = true;
    }
  }

  async start(sentinel: Sentinel, interruptions: number, signal: AbortSignal | undefined): Promise<void> {
    this.#expected = await sentinel(signal);
    this.#sentinel = sentinel;
    this.#interruptions = interruptions;
    this.#answers = 0;
  }

  /**
   * Called before answers are handed on: asks the sentinel again after an interruption, a new fingerprint, and now and then.
   * @param interruptions how often requests had to be repeated so far.
   */
  async confirm(interruptions: number, signal: AbortSignal | undefined): Promise<void> {
    const due = this.#suspicious || interruptions > this.#interruptions || this.#answers >= EVERY;
    if (this.#sentinel === undefined || !due) return;
    const now = await this.#sentinel(signal);
    const gap = now.reduce(
      (worst, value, i) => Math.max(worst, Math.abs(value - (this.#expected[i] ?? Number.NaN))),
      0,
    );
    if (now.length !== this.#expected.length || !(gap <= this.#tolerance))
      throw changed(this.#server, `a log-probability moved by ${gap.toPrecision(2)}`);
    this.#suspicious = false;
    this.#interruptions = interruptions;
    this.#answers = 0;
  }
}

const changed = (server: string, how: string) =>
  problem(
    'bad-model',
    `${server} answers with another model than at the start: ${how}. Answers so far are kept; connect again to go on with one model.`,
  );
