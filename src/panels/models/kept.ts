import type { Machine } from '../../core/model/machine.ts';
import { OFFERED, parseOnnxId } from '../../core/model/onnx-id.ts';
import type { Kept, KeptHere } from '../../engines/kept.ts';
import { megabytes, plural } from '../../ui/format.ts';
import type { ModelHost, ModelState, Offer } from '../host.ts';

/** As the page calls it. */
export const keptName = ({ engine, id }: Kept): string => (engine === null ? 'Left over' : id);

/** What it is: the engine, and the number type where the id tells it. */
export function keptKind({ engine, id }: Kept): string {
  if (engine === null) return 'parts of downloads that broke off and that no model here names';
  if (engine === 'web-llm') return 'web-llm';
  const dtype = parseOnnxId(id)?.dtype;
  const label = OFFERED.find(({ value }) => value === dtype)?.label;
  return `ONNX${label === undefined ? '' : `, ${label}`}`;
}

/** How much of it is here. */
export function keptSize({ engine, bytes, total, complete }: Kept): string {
  if (complete || engine === null) return size(bytes);
  return `${size(bytes)} of ${size(total)}`;
}

/** Of a download that was begun; never 100 before every file was found right. */
export const keptPercent = ({ bytes, total }: Kept): number => Math.min(99, Math.floor((100 * bytes) / total));

/** The line below the list. */
export function keptTotal({ kept, bytes, storage }: KeptHere): string {
  const models = kept.filter(({ engine }) => engine !== null).length;
  const own = `${plural(models, 'model or embedder', 'models and embedders')}, ${size(bytes)} in all.`;
  if (storage === null) return `${own} This browser does not tell how much the page may keep.`;
  return `${own} The page may keep ${megabytes(storage.quota)} in this browser; with data sets and answers it keeps ${size(storage.usage)}.`;
}

/** Small files are not told as none. */
export const size = (n: number): string => (n < 1e6 ? `${Math.ceil(n / 1000)} kB` : megabytes(n));

/** What keeps files from being deleted now, and the way out of it. */
export interface Hold {
  readonly reason: string;
  readonly action: string;
  readonly release: (models: ModelHost) => void;
}

/** @param offers that this machine has, by which a choice of model is known to load these files. */
export function holdOf(
  kept: Pick<Kept, 'engine' | 'id'>,
  model: ModelState,
  embedder: ModelState,
  offers: readonly Offer[],
): Hold | null {
  const { engine, id } = kept;
  if (engine === null) return null;
  const names = new Set([id, ...offers.filter(({ files }) => files === id).map(({ choice }) => choice.id)]);
  if (model.loading?.choice.engine === engine && names.has(model.loading.choice.id)) {
    return {
      reason: `${id} is being loaded. Stop that first; what has come of it can then be deleted.`,
      action: 'Stop loading it',
      release: (models) => models.cancel(),
    };
  }
  if (model.loaded?.choice.engine === engine && names.has(model.loaded.identity.id)) {
    return {
      reason: `${id} is the model in use, and may read its files again. Use another one first, for example the embedded one.`,
      action: 'Use Knowshot mini instead',
      release: (models) => models.use({ engine: 'embedded', id: 'knowshot-mini' }),
    };
  }
  if (engine !== 'transformers') return null;
  if (embedder.loading?.choice.id === id) {
    return {
      reason: `The sentence embedder ${id} is being loaded. Stop that first; what has come of it can then be deleted.`,
      action: 'Stop loading it',
      release: (models) => models.cancelEmbedder(),
    };
  }
  if (embedder.loaded?.choice.id === id) {
    return {
      reason: `${id} is the sentence embedder in use. Leave it out of the experiment first.`,
      action: 'Leave it out',
      release: (models) => models.chooseEmbedder(null),
    };
  }
  return null;
}

/** Offers in either arithmetic. */
export const allOffers = (models: Pick<ModelHost, 'offers'>, machine: Machine | null): readonly Offer[] =>
  machine === null ? [] : [...models.offers(machine, 'f16'), ...models.offers(machine, 'f32')];
