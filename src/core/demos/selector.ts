import type { Example, Label } from '../data/example.ts';
import type { Knowledge } from '../knowledge/types.ts';
import type { Fields, OptionsOf, PluginInfo } from '../options.ts';
import type { Stream } from '../random/stream.ts';

/** Why a demonstration was chosen, for the reader of an answer. */
export interface Why {
  readonly reason: string;
  /** Named figures, for example `cosine` or `weight`. */
  readonly figures: Readonly<Record<string, number>>;
  /** Ids of the entities shared with the query. */
  readonly shared: readonly string[];
}

export interface Selected {
  readonly example: Example;
  readonly why: Why;
  /** Likeness to the query, more is nearer, where the selector measures one: the weight of a vote. */
  readonly similarity?: number;
  /** Shown without its label line, as a probe of what labels are for. */
  readonly unlabelled?: boolean;
}

/** What gives vectors of texts. */
export type EmbedSource = 'model' | 'sentence';

export interface SelectorContext {
  readonly pool: readonly Example[];
  /** The queries of the run without their labels' use; reading them makes a selector transductive. */
  readonly targets: readonly Example[];
  readonly labels: readonly Label[];
  readonly shots: number;
  readonly knowledge: Knowledge;
  /** One vector a text, of the current model or of the sentence embedder beside it. */
  readonly embed: (texts: readonly string[], source: EmbedSource) => Promise<readonly Float32Array[]>;
  /**
   * What the model answers to items after these demos, the most relevant first: a distribution over the labels, or over the
   * item's own options; `null` for an item that is too long. Only where the selector says that it asks (`asksModel`).
   */
  readonly ask: (
    demos: readonly Selected[],
    items: readonly Example[],
  ) => Promise<readonly (readonly number[] | null)[]>;
  /** A stream named by the run's seed, the trial and these parts; the same for every arm. */
  readonly random: (...name: readonly (string | number)[]) => Stream;
}

/** Demonstrations for a query, the most relevant first, at most `shots`. */
export interface SelectFor {
  (query: Example): readonly Selected[];
  /** Sets of demos for a query between which the model's answers decide: the one it is surest with is taken. */
  readonly sets?: (query: Example) => readonly (readonly Selected[])[];
}

export interface Selector<F extends Fields = Fields> extends PluginInfo<F> {
  /** Uses the texts of the evaluation set. */
  readonly transductive: boolean;
  /** Each query has demos of its own; otherwise one set serves all. */
  readonly perQuery: (options: OptionsOf<F>) => boolean;
  /** What it asks for vectors, if anything. */
  readonly needsEmbed: (options: OptionsOf<F>) => EmbedSource | false;
  readonly needsKnowledge: boolean;
  /** Decides by the model's own answers: to items of the pool beforehand (`ask`), or to each query (`SelectFor.sets`). */
  readonly asksModel?: 'pool' | 'query';
  readonly prepare: (context: SelectorContext, options: OptionsOf<F>) => Promise<SelectFor>;
}

export const defineSelector = <const T extends string, F extends Fields>(
  selector: Selector<F> & { readonly type: T },
): Selector<F> & { readonly type: T } => selector;
