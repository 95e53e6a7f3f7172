import type { Example, Template } from '../data/example.ts';
import type { Knowledge } from '../knowledge/types.ts';
import type { Capability, GenerateRequest } from '../model/language-model.ts';
import type { Injection, Inspection, InspectRequest, LatentShape, TrainedRows } from '../model/latent.ts';
import type { Fields, OptionsOf, PluginInfo } from '../options.ts';
import type { Combine } from './combine.ts';

/** A text that the model can be asked about, without its label. */
export interface Subject {
  readonly id: string;
  readonly query: Pick<Example, 'text' | 'text2' | 'options'>;
  /** Its own lines of the prompt, without the label's line. */
  readonly lines: string;
  /** What a chat model is used to around a user's turn; nothing where the prompt is plain. */
  readonly frame?: Template['frame'] | undefined;
  /** 32-bit seed of this text and trial, the same for every arm. */
  readonly seed: number;
}

export interface FewShot {
  /** Stands between the query's lines and the label's line; nothing where it is empty. */
  readonly thought: string;
  /** By the id of a demonstration. */
  readonly demoThoughts: ReadonlyMap<string, string>;
  /** Tokens to leave free after it. */
  readonly room: number;
}

export interface FewShotPrompt {
  readonly whole: string;
  /** Up to the end of the thought's text. */
  readonly throughThought: string;
}

export interface LearnRequest {
  /** How many items of the pool. */
  readonly items: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** What an item's rows are made from. */
  readonly statesOf: (subject: Subject, inspect: LatentTools['inspect']) => Promise<Float32Array>;
}

/** The inside of the model, where it can be opened. */
export interface LatentTools {
  readonly shape: LatentShape;
  readonly inspect: (request: InspectRequest) => Promise<Inspection>;
  /** Learns on items of the pool, asked as this arm asks; once for an arm and trial. */
  readonly learn: (request: LearnRequest) => Promise<TrainedRows>;
}

export interface RuminationContext extends Subject {
  /** What the task is about, in lower case. */
  readonly taskName: string;
  readonly knowledge: Knowledge;
  /** The demonstrations of this query, the most relevant first. */
  readonly demos: () => readonly Subject[];
  /** An item of the pool that is not the query. Refuses where the pool is empty. */
  readonly elsewhere: () => Subject;
  /** The whole prompt up to the label's line, with as many demonstrations as fit; `null` where not even the query does. */
  readonly fewShot: (parts: FewShot) => Promise<FewShotPrompt | null>;
  /** Tokens of a text, the start token not counted. */
  readonly count: (text: string) => Promise<number>;
  /** Refuses where the model's inside is closed. */
  readonly latent: () => LatentTools;
}

/** Something that was recalled, and what called for it. */
export interface Piece {
  readonly cue: string;
  /** As it stands in the prompt, the cue included. */
  readonly text: string;
  /** What the model wrote, where it wrote anything. */
  readonly generated: string | null;
  readonly tokens: number;
}

/** One prompt that is answered: which pieces stand in it, and in which order its demonstrations. */
export interface Ask {
  readonly pieces: readonly number[];
  /** 0: the arm's own order; another number: the random order of this number. */
  readonly order: number;
}

/** All that a rumination came to for a query. */
export interface Review {
  readonly pieces: readonly Piece[];
  readonly asks: readonly Ask[];
  readonly combine: Combine;
  readonly demoThoughts?: ReadonlyMap<string, string>;
  readonly injection?: Injection;
  /** What was learned on items of the pool, and the tokens that the model read for it; for all queries of the arm together. */
  readonly learned?: Learned;
}

export interface Learned {
  readonly tokens: number;
  /** Mean loss in each epoch and after the last, in nats. */
  readonly losses: readonly number[];
}

/** Texts that the model has to write before one can go on. Those of all queries are written side by side. */
export interface Step {
  readonly requests: readonly GenerateRequest[];
  readonly next: (written: readonly string[]) => Promise<Outcome>;
}

/** `too-long`: there is no room for it in the model's context. */
export type Outcome = Review | Step | 'too-long';

export interface Rumination<F extends Fields = Fields> extends PluginInfo<F> {
  readonly kind: 'none' | 'text' | 'latent' | 'control';
  readonly needs: readonly Capability[];
  readonly needsKnowledge: boolean;
  /** Asks about the options of a question. */
  readonly needsOptions?: boolean;
  readonly plan: (context: RuminationContext, options: OptionsOf<F>) => Promise<Outcome>;
}

export const defineRumination = <const T extends string, F extends Fields>(
  rumination: Rumination<F> & { readonly type: T },
): Rumination<F> & { readonly type: T } => rumination;

/** Nothing before the answer. */
export const PLAIN: Ask = { pieces: [], order: 0 };

/** One prompt with all of the pieces in it. */
export const together = (pieces: readonly Piece[]): Review => ({
  pieces,
  asks: [{ pieces: pieces.map((_, i) => i), order: 0 }],
  combine: 'single',
});
