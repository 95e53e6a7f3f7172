import * as v from 'valibot';
import type { Assets } from '../core/assets.ts';
import type { Arithmetic, Machine } from '../core/model/machine.ts';
import { needOf, webLlmCatalog } from '../engines/web-llm/catalog.ts';
import type { EmbeddedOffer, ModelHost, Offer } from '../panels/host.ts';
import { EMBEDDED } from './engines.ts';

export type ModelShelf = Pick<ModelHost, 'machine' | 'embedded' | 'openEmbedded' | 'offers' | 'kept' | 'examine'>;

/** What there is to choose from, and what is here of it. But for `examine` only the page's own server is asked. */
export const createModelShelf = (assets: Assets, openEmbedded: ModelHost['openEmbedded']): ModelShelf => ({
  machine: async () => (await import('../engines/machine.ts')).readMachine(),
  embedded: () => Promise.all(EMBEDDED.map((id) => readEmbedded(assets, id))),
  openEmbedded,
  offers: webLlmOffers,
  kept: () => import('../engines/kept.ts'),
  async examine(server, model, signal) {
    const { examineServer } = await import('../engines/openai/index.ts');
    const page = { origin: location.origin, secure: location.protocol === 'https:' };
    return examineServer({ ...server, model: model === '' ? undefined : model, page, signal });
  },
});

const Manifest = v.object({
  title: v.string(),
  parameters: v.number(),
  license: v.optional(v.string(), 'MIT'),
  files: v.record(v.string(), v.object({ bytes: v.number() })),
});

async function readEmbedded(assets: Assets, id: string): Promise<EmbeddedOffer> {
  const bytes = await assets.read(`models/${id}/manifest.json`);
  const { title, parameters, license, files } = v.parse(Manifest, JSON.parse(new TextDecoder().decode(bytes)));
  const size = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { choice: { engine: 'embedded', id }, title, parameters, bytes: size, licence: license };
}

export function webLlmOffers({ gpu }: Pick<Machine, 'gpu'>, arithmetic: Arithmetic): Offer[] {
  const usual: Arithmetic = gpu?.f16 ? 'f16' : 'f32';
  return webLlmCatalog.map((model) => {
    const variant = model[arithmetic];
    const { title, parameters, licence, licenceUrl, thinks } = model;
    return {
      // The model's own id leaves the arithmetic to the machine, so that a link works on more of them.
      choice: { engine: 'web-llm', id: arithmetic === usual ? model.id : variant.id },
      title,
      parameters,
      licence,
      licenceUrl,
      thinks,
      files: variant.id,
      need: needOf(model, variant),
    };
  });
}
