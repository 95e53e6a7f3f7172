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

  /** The label words' scores after each prompt, in the order of the prompts. */
  async score(prompts: readonly string[]): Promise<readonly ScoreResult[]> {
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
    for (const result of results) this.#asked += tokensAsked(result);
    for (const [prompt, result] of fresh) keep(this.#scores, prompt, result);
    return results;
  }

  async generate(requests: readonly GenerateRequest[]): Promise<readonly GenerateResult[]> {
    const keys = requests.map((request) => JSON.stringify(request));
    const missing = requests.filter((_, i) => !this.#written.has(keys[i] as string));
    const fresh = new Map<string, GenerateResult>();
    if (missing.length > 0) {
      const batch = await this.#setting.model.generate(missing, this.#options());
      this.#asked += batch.usage.asked;
      this.#computed += batch.usage.computed;
      missing.forEach((request, i) => {
        fresh.set(JSON.stringify(request), batch.results[i] as GenerateResult);
      });
    }
    const results = keys.map((key) => (fresh.get(key) ?? this.#written.get(key)) as GenerateResult);
    for (const [key, result] of fresh) keep(this.#written, key, result);
    return results;
  }

  /** Tokens of a text, the start token not counted. */
  async count(text: string): Promise<number> {
    const known = this.#counts.get(text);
    if (known !== undefined) return known;
    const [ids] = await this.#setting.model.tokenize([text], this.#options());
    const count = ids?.length ?? 0;
    keep(this.#counts, text, count);
    return count;
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
