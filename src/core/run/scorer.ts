import type { GenerateRequest, GenerateResult, ScoreResult, TokenUsage } from '../model/language-model.ts';
import type { Setting } from './setting.ts';

/** Prompts that several arms share are computed once; this many results are kept. */
const KEPT = 4000;

/** Asks the model for a run: remembers prompts that return, and counts tokens asked and computed. */
export class Scorer {
  readonly #setting: Setting;
  readonly #scores = new Map<string, ScoreResult>();
  readonly #written = new Map<string, GenerateResult>();
  readonly #counts = new Map<string, number>();
  readonly #seen = new Set<string>();
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
   * The label words' scores after each prompt, in the order of the prompts.
   * @param scope arm and trial: a prompt that returns within one, such as a prior's, is asked once.
   */
  async score(prompts: readonly string[], scope: string): Promise<readonly ScoreResult[]> {
    const missing = [...new Set(prompts)].filter((prompt) => !this.#scores.has(prompt));
    const fresh = new Map<string, ScoreResult>();
    if (missing.length > 0) {
      const { continuations } = this.#setting.verbalizer;
      const batch = await this.#setting.model.score(
        missing.map((prompt) => ({ prompt, continuations })),
        this.#options(),
      );
      this.#computed += batch.usage.computed;
      missing.forEach((prompt, i) => {
        fresh.set(prompt, batch.results[i] as ScoreResult);
      });
    }
    const results = prompts.map((prompt) => (fresh.get(prompt) ?? this.#scores.get(prompt)) as ScoreResult);
    prompts.forEach((prompt, i) => {
      if (this.#first(scope, prompt)) this.#asked += tokensAsked(results[i] as ScoreResult);
    });
    for (const [prompt, result] of fresh) keep(this.#scores, prompt, result);
    return results;
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
    const name = `${scope}\n${what}`;
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
