import type { GenerateRequest } from '../model/language-model.ts';
import type { Fields, OptionsOf, PluginInfo } from '../options.ts';

export interface RuminationContext {
  /** The query's own lines, without demonstrations and without the label's line. */
  readonly queryLines: string;
  /** 32-bit seed of this query and trial, the same for every arm. */
  readonly seed: number;
}

/** What stands before the label's line of the query. */
export interface Thought {
  readonly text: string;
  /** What the model wrote, where it wrote anything. */
  readonly generated: string | null;
  readonly tokens: number;
}

export interface RuminationPlan {
  readonly request: GenerateRequest;
  /** @param count tokens of a text, as the model counts them. */
  readonly compose: (generated: string, count: (text: string) => Promise<number>) => Promise<Thought>;
}

export interface Rumination<F extends Fields = Fields> extends PluginInfo<F> {
  /** `null`: nothing is put before the answer. */
  readonly plan: (context: RuminationContext, options: OptionsOf<F>) => RuminationPlan | null;
}

export const defineRumination = <const T extends string, F extends Fields>(
  rumination: Rumination<F> & { readonly type: T },
): Rumination<F> & { readonly type: T } => rumination;
