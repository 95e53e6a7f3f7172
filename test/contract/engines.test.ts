import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LanguageModel } from '../../src/core/model/language-model.ts';
import { loadEmbedded } from '../../src/engines/embedded/load.ts';
import { loadEmbeddedInNode, readKernels } from '../../src/engines/embedded/node.ts';
import { connectServer } from '../../src/engines/openai/index.ts';
import { connectModel } from '../../src/engines/worker/client.ts';
import { serveModel } from '../../src/engines/worker/host.ts';
import { tinyModel } from '../engines/embedded/tiny-model.ts';
import { serveTiny } from '../engines/openai/served-tiny.ts';
import { loading } from '../engines/web-llm/loading.ts';
import { channel } from '../engines/worker/channel.ts';
import { describeLanguageModel } from './language-model.contract.ts';

const publicDir = fileURLToPath(new URL('../../public', import.meta.url));
const noModel =
  !existsSync(`${publicDir}/models/knowshot-mini/manifest.json`) && 'public/models/knowshot-mini is not there';

async function loadTiny(cacheBytes?: number): Promise<LanguageModel> {
  const tiny = await tinyModel();
  return loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels, cacheBytes });
}

function throughWorker(load: () => Promise<LanguageModel>): Promise<LanguageModel> {
  const { page, worker } = channel();
  serveModel(worker, load);
  return connectModel(page, {});
}

describeLanguageModel({ name: 'embedded, in process', load: () => loadTiny(), tolerance: 0 });
describeLanguageModel({ name: 'embedded, no cache', load: () => loadTiny(0), tolerance: 0 });
describeLanguageModel({
  name: 'embedded, through the worker protocol',
  load: () => throughWorker(() => loadTiny()),
  tolerance: 0,
});
describeLanguageModel({
  name: 'embedded, knowshot-mini',
  load: () => loadEmbeddedInNode({ modelId: 'knowshot-mini', publicDir }),
  missing: noModel,
  tolerance: 0,
});

for (const dialect of ['vllm', 'echo', 'llama.cpp', 'plain', 'all'] as const) {
  describeLanguageModel({
    name: `a server that speaks ${dialect}`,
    load: async () => {
      const { url, close } = await serveTiny({ dialect });
      const model = await connectServer({ url });
      const disconnect = model.dispose.bind(model);
      model.dispose = () => {
        disconnect();
        void close();
      };
      return model;
    },
    tolerance: 1e-6,
  });
}
describeLanguageModel({
  name: 'web-llm, over a stand-in for its GPU functions',
  load: () => loading().load(),
  tolerance: 0,
});
describeLanguageModel({
  name: 'web-llm, through the worker protocol',
  load: () => throughWorker(() => loading().load()),
  tolerance: 0,
});
