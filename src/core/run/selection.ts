import type { Example } from '../data/example.ts';
import type { SelectFor, SelectorContext } from '../demos/selector.ts';
import { specError } from '../errors.ts';
import { canonicalJson } from '../hash.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import { stream } from '../random/stream.ts';
import { askFor } from './ask.ts';
import type { Embedder } from './embedder.ts';
import { choosesDemos, selectorOf } from './methods.ts';
import type { Scorer } from './scorer.ts';
import type { Setting } from './setting.ts';
import type { Arm } from './spec.ts';

export interface Selections {
  /** From the pool of the run, for its queries; prepared once for all arms of a trial that select alike. */
  of(arm: Arm, trial: number): Promise<SelectFor>;
  /** From another pool, for other targets. */
  from(arm: Arm, trial: number, items: Pick<SelectorContext, 'pool' | 'targets'>): Promise<SelectFor>;
}

export function selectionsOf(setting: Setting, scorer: Scorer): Selections {
  const prepared = new Map<string, Promise<SelectFor>>();
  const own = rememberedEmbed(setting, setting.model);
  const beside = setting.embedder && rememberedEmbed(setting, setting.embedder);
  const embed: SelectorContext['embed'] = (texts, source) => {
    if (source === 'model') return own(texts);
    if (beside === undefined) throw specError('There is no sentence embedder. Choose one, or another embedding.');
    return beside(texts);
  };
  const from: Selections['from'] = async (arm, trial, { pool, targets }) => {
    if (!choosesDemos(arm)) return () => [];
    const context: SelectorContext = {
      pool,
      targets,
      labels: setting.dataset.labels,
      shots: Math.min(arm.shots, pool.length),
      knowledge: setting.knowledge,
      embed,
      ask: askFor(setting, scorer, { arm, trial }),
      random: (...name) => stream(setting.spec.seed, 'trial', trial, ...name),
    };
    return selectorOf(arm).prepare(context, arm.select as never);
  };
  return {
    from,
    of(arm, trial) {
      // Where the model's answers decide, so does how they are scored.
      const score = selectorOf(arm).asksModel === 'pool' ? arm.score : null;
      const key = canonicalJson([choosesDemos(arm), arm.select, arm.shots, score, trial]);
      const ready = prepared.get(key) ?? from(arm, trial, { pool: setting.pool, targets: setting.queries });
      prepared.set(key, ready);
      return ready;
    },
  };
}

/** The demos of an arm whose set serves all queries. */
export const commonDemos = (setting: Setting, select: SelectFor) => select(setting.queries[0] as Example);

const EMBED_BATCH = 64;
/** Texts whose vectors are kept for the next run of the same embedder: some 25 MB with 256 numbers each. */
const KEPT_TEXTS = 25_000;
const vectorsOf = new WeakMap<Embedder, Map<string, Float32Array | null>>();

/** What is known of an embedder from earlier runs, as long as it stays loaded; begun anew where it has become too much. */
function vectorsKept(embedder: Embedder): Map<string, Float32Array | null> {
  const kept = vectorsOf.get(embedder);
  if (kept !== undefined && kept.size <= KEPT_TEXTS) return kept;
  const known = new Map<string, Float32Array | null>();
  vectorsOf.set(embedder, known);
  return known;
}

/**
 * Vectors are asked once a text, also by later runs. A text longer than the embedder reads has none: it gets zeros, so it is
 * like no other. One that is too long for the model could not stand in a prompt either; of others a notice says how many there are.
 */
function rememberedEmbed({ signal, onPhase }: Setting, embedder: Embedder) {
  const known = vectorsKept(embedder);
  const options = signal === undefined ? {} : { signal };
  return async (texts: readonly string[]): Promise<readonly Float32Array[]> => {
    const missing = [...new Set(texts)].filter((text) => !known.has(text));
    for (let i = 0; i < missing.length; i += EMBED_BATCH) {
      throwIfAborted(signal);
      onPhase(`embedding ${Math.min(i + EMBED_BATCH, missing.length)} of ${missing.length} texts`);
      const batch = missing.slice(i, i + EMBED_BATCH);
      const tokens = await embedder.tokenize(batch, options);
      const fitting = batch.filter((_, k) => (tokens[k]?.length ?? 0) < embedder.contextLength);
      const vectors = fitting.length === 0 ? [] : await embedder.embed(fitting, options);
      for (const text of batch) known.set(text, null);
      fitting.forEach((text, k) => {
        known.set(text, vectors[k] as Float32Array);
      });
    }
    const dimension = dimensionOf(known);
    return texts.map((text) => known.get(text) ?? new Float32Array(dimension));
  };
}

function dimensionOf(known: ReadonlyMap<string, Float32Array | null>): number {
  for (const vector of known.values()) if (vector !== null) return vector.length;
  return 1;
}
