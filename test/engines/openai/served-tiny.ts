import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DIALECTS, type Dialect } from '../../../src/cli/serve/served.ts';
import { modelServer } from '../../../src/cli/serve/server.ts';
import type { EmbeddedModel } from '../../../src/engines/embedded/engine.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { type TinyShape, tinyModel } from '../embedded/tiny-model.ts';

export interface ServedTiny {
  /** Address with `/v1`. */
  readonly url: string;
  readonly model: EmbeddedModel;
  /** Ends the server; the model goes on. */
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ServeOptions {
  readonly dialect?: Dialect;
  readonly apiKey?: string;
  readonly bodyLimit?: number;
  readonly shape?: Partial<TinyShape>;
  readonly seed?: number;
}

/** A random tiny model behind `knowshot serve`'s own server, on a free port of this machine. */
export async function serveTiny({
  dialect = 'all',
  apiKey,
  bodyLimit = 1 << 20,
  shape,
  seed,
}: ServeOptions = {}): Promise<ServedTiny> {
  const { assets } = await tinyModel(shape, seed);
  const model = await loadEmbedded({ modelId: 'tiny', assets, wasm: readKernels });
  return serve(model, dialect, apiKey, bodyLimit);
}

export async function serve(
  model: EmbeddedModel,
  dialect: Dialect = 'all',
  apiKey?: string,
  bodyLimit = 1 << 20,
): Promise<ServedTiny> {
  const faults: unknown[] = [];
  const server = modelServer({
    model,
    features: DIALECTS[dialect],
    access: { hosts: new Set(), origins: new Set(['https://friend.example']), apiKey },
    bodyLimit,
    onFault: (error) => faults.push(error),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    if (faults.length > 0) throw faults[0];
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    model,
    stop,
    async close() {
      await stop();
      model.dispose();
    },
  };
}
