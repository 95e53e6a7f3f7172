import { specError } from '../errors.ts';
import { textDigest } from '../hash.ts';
import type {
  GenerateRequest,
  GenerateResult,
  ScoreBatch,
  ScoreRequest,
  ScoreResult,
  TokenUsage,
} from '../model/language-model.ts';
import type {
  InjectedRequest,
  Injection,
  Inspection,
  InspectRequest,
  Latent,
  PrefixGradient,
  PrefixGradientRequest,
  PrefixStates,
  TrainedRows,
  TrainRowsRequest,
} from '../model/latent.ts';
import type { Setting } from './setting.ts';

/** A text to be scored, by the model as it is or changed. */
export type MaybeInjected = ScoreRequest & { readonly injection?: Injection };

/** Prompts that several arms share are computed once; this many results are kept. */
const KEPT = 4000;
/** Begins the keys of what is not remembered. */
const ONCE = 'once ';

/** Asks the model for a run: remembers prompts that return, and counts tokens asked and computed. */
export class Scorer {
  readonly #setting: Setting;
  readonly #scores = new Map<string, ScoreResult>();
  readonly #written = new Map<string, GenerateResult>();
  readonly #counts = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #prefixes = new WeakMap<PrefixStates, string>();
  #once = 0;
  #asked = 0;
  #computed = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  get usage(): TokenUsage {
    return { asked: this.#asked, computed: this.#computed };
  }

  #options() {
    const { signal } = this.#setting;
    return signal === undefined ? {} : { signal };
  }

  /**
   * One result a request, in their order.
   * @param scope arm and trial: a request that returns within one, such as a prior's, is asked once.
   */
  async score(requests: readonly MaybeInjected[], scope: string): Promise<readonly ScoreResult[]> {
    const keys = requests.map((request) => this.#keyOf(request));
    const missing = new Map<string, MaybeInjected>();
    requests.forEach((request, i) => {
      const key = keys[i] as string;
      if (!this.#scores.has(key)) missing.set(key, request);
    });
    const fresh = await this.#ask(missing);
    const results = keys.map((key) => (fresh.get(key) ?? this.#scores.get(key)) as ScoreResult);
    keys.forEach((key, i) => {
      if (this.#first(scope, key)) this.#asked += tokensAsked(results[i] as ScoreResult);
    });
    for (const [key, result] of fresh) if (!key.startsWith(ONCE)) keep(this.#scores, key, result);
    return results;
  }

  /** A prefix serves all queries of an arm; no two queries change the model alike in any other way. */
  #keyOf({ prompt, continuations, firstToken = false, injection }: MaybeInjected): string {
    if (injection?.ffn !== undefined || injection?.soft !== undefined) return `${ONCE}${this.#once++}`;
    const prefix = injection?.prefix === undefined ? '' : this.#prefixName(injection.prefix);
    return [prefix, firstToken ? 'first' : 'all', prompt, ...continuations].join('\u0000');
  }

  #prefixName(prefix: PrefixStates): string {
    const known = this.#prefixes.get(prefix) ?? `prefix ${this.#once++}`;
    this.#prefixes.set(prefix, known);
    return known;
  }

  async #ask(missing: ReadonlyMap<string, MaybeInjected>): Promise<ReadonlyMap<string, ScoreResult>> {
    const fresh = new Map<string, ScoreResult>();
    const take = (keys: readonly string[], { results, usage }: ScoreBatch) => {
      this.#computed += usage.computed;
      for (const [i, key] of keys.entries()) fresh.set(key, results[i] as ScoreResult);
    };
    const plain: (readonly [string, ScoreRequest])[] = [];
    const changed: (readonly [string, InjectedRequest])[] = [];
    for (const [key, { injection, ...request }] of missing) {
      if (injection === undefined) plain.push([key, request]);
      else changed.push([key, { ...request, injection }]);
    }
    const keysOf = (asked: readonly (readonly [string, unknown])[]) => asked.map(([key]) => key);
    if (changed.length > 0) {
      const batch = await this.#latent.score(
        changed.map(([, request]) => request),
        this.#options(),
      );
      take(keysOf(changed), batch);
    }
    if (plain.length > 0) {
      const batch = await this.#setting.model.score(
        plain.map(([, request]) => request),
        this.#options(),
      );
      take(keysOf(plain), batch);
    }
    return fresh;
  }

  get #latent(): Latent {
    const { latent, identity } = this.#setting.model;
    if (latent === undefined) throw specError(`The inside of ${identity.id} is closed. Choose the embedded model.`);
    return latent;
  }

  async inspect(request: InspectRequest): Promise<Inspection> {
    const [inspection] = await this.#latent.inspect([request], this.#options());
    const { promptTokens } = inspection as Inspection;
    this.#asked += promptTokens;
    this.#computed += promptTokens;
    return inspection as Inspection;
  }

  async trainRows(request: TrainRowsRequest): Promise<TrainedRows> {
    const trained = await this.#latent.trainRows(request, this.#options());
    this.#asked += trained.usage.asked;
    this.#computed += trained.usage.computed;
    return trained;
  }

  async prefixGradient(request: PrefixGradientRequest): Promise<PrefixGradient> {
    const gradient = await this.#latent.prefixGradient(request, this.#options());
    this.#asked += gradient.usage.asked;
    this.#computed += gradient.usage.computed;
    return gradient;
  }

  async generate(requests: readonly GenerateRequest[], scope: string): Promise<readonly GenerateResult[]> {
    const keys = requests.map((request) => JSON.stringify(request));
    const missing = requests.filter((_, i) => !this.#written.has(keys[i] as string));
    const fresh = new Map<string, GenerateResult>();
    if (missing.length > 0) {
      const batch = await this.#setting.model.generate(missing, this.#options());
      this.#computed += batch.usage.computed;
      missing.forEach((request, i) => {
        fresh.set(JSON.stringify(request), batch.results[i] as GenerateResult);
      });
    }
    const results = keys.map((key) => (fresh.get(key) ?? this.#written.get(key)) as GenerateResult);
    for (const [i, key] of keys.entries()) {
      if (this.#first(scope, key)) this.#asked += await this.#tokensWritten(requests[i] as GenerateRequest, results[i]);
    }
    for (const [key, result] of fresh) keep(this.#written, key, result);
    return results;
  }

  #first(scope: string, what: string): boolean {
    // As a digest: a long run would otherwise hold every prompt.
    const name = textDigest(`${scope}\n${what}`);
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    return true;
  }

  async #tokensWritten({ prompt }: GenerateRequest, result: GenerateResult | undefined): Promise<number> {
    const [tokens = 0] = await this.count([prompt]);
    return 1 + tokens + (result?.tokenIds.length ?? 0);
  }

  /** Tokens of each text, the start token not counted. */
  async count(texts: readonly string[]): Promise<readonly number[]> {
    const missing = [...new Set(texts)].filter((text) => !this.#counts.has(text));
    const fresh = new Map<string, number>();
    if (missing.length > 0) {
      const ids = await this.#setting.model.tokenize(missing, this.#options());
      missing.forEach((text, i) => {
        fresh.set(text, ids[i]?.length ?? 0);
      });
    }
    const counts = texts.map((text) => (fresh.get(text) ?? this.#counts.get(text)) as number);
    for (const [text, count] of fresh) keep(this.#counts, text, count);
    return counts;
  }
}

/** What the naive way would compute: the whole prompt again for each label word. */
const tokensAsked = ({ promptTokens, scores }: ScoreResult): number =>
  scores.reduce((sum, score) => sum + promptTokens + score.tokenIds.length, 0);

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size <= KEPT) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
