import type { Arithmetic, Machine } from '../core/model/machine.ts';
import { readMachine } from '../engines/machine.ts';
import { deleteModel, downloadedModels } from '../engines/web-llm/browser.ts';
import { needOf, webLlmCatalog } from '../engines/web-llm/catalog.ts';
import type { ModelHost, Offer } from '../panels/host.ts';

/** What there is to choose from in this browser, and what is here of it. None of it asks the network but `examine`. */
export const modelShelf: Pick<ModelHost, 'machine' | 'offers' | 'downloads' | 'remove' | 'examine'> = {
  machine: () => readMachine(),
  offers: webLlmOffers,
  downloads: downloadedModels,
  remove: deleteModel,
  async examine(server, model, signal) {
    const { examineServer } = await import('../engines/openai/index.ts');
    const page = { origin: location.origin, secure: location.protocol === 'https:' };
    return examineServer({ ...server, model: model === '' ? undefined : model, page, signal });
  },
};

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
