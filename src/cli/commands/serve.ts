import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { usageError } from '../../core/errors.ts';
import { loadEmbeddedInNode } from '../../engines/embedded/node.ts';
import { wholeNumber } from '../numbers.ts';
import { say } from '../output.ts';
import { DEFAULT_MODEL, publicDir, requireEmbedded } from '../resources.ts';
import { DIALECTS, type Dialect } from '../serve/served.ts';
import { modelServer } from '../serve/server.ts';

const DEFAULT_PORT = 4180;
const BODY_LIMIT = 16 << 20;

/** `knowshot serve`: an embedded model behind OpenAI's HTTP API, until Ctrl-C. */
export async function serve(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: 'string', default: DEFAULT_MODEL.id },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string' },
      'allow-origin': { type: 'string', multiple: true, default: [] },
      dialect: { type: 'string', default: 'all' },
    },
  });
  const dialect = values.dialect;
  if (!isDialect(dialect)) throw usageError(`--dialect "${dialect}": known are ${Object.keys(DIALECTS).join(', ')}.`);
  const port = wholeNumber('--port', values.port) ?? DEFAULT_PORT;
  if (port > 65535) throw usageError(`--port ${port}: a port is at most 65535.`);
  requireEmbedded(values.model);
  const model = await loadEmbeddedInNode({ modelId: values.model, publicDir });
  const apiKey = process.env.KNOWSHOT_SERVE_KEY;
  const server = modelServer({
    model,
    features: DIALECTS[dialect],
    access: { hosts: hostNames(values.host), origins: new Set(values['allow-origin']), apiKey },
    bodyLimit: BODY_LIMIT,
    onFault: (error) => say(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  const asked = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]); // heard before the address is told
  try {
    server.listen(port, values.host);
    await once(server, 'listening');
  } catch (error) {
    throw usageError(`Cannot listen on ${values.host}:${port}: ${(error as Error).message}. Choose another --port.`);
  }
  const { port: open } = server.address() as AddressInfo;
  console.log(`http://${values.host.includes(':') ? `[${values.host}]` : values.host}:${open}/v1`);
  say(`serving ${model.identity.id} ${model.identity.revision}; Ctrl-C ends it`);
  if (!isLoopback(values.host) && apiKey === undefined)
    say('Anyone who reaches this address can use the model. Set KNOWSHOT_SERVE_KEY to ask for a key.');
  await asked;
  model.dispose();
  server.close();
  server.closeAllConnections();
}

const isDialect = (name: string): name is Dialect => Object.hasOwn(DIALECTS, name);

/** An address that stands for all of this machine's is reached under any name. */
const hostNames = (host: string): Set<string> => new Set(host === '0.0.0.0' || host === '::' ? ['*'] : [host]);

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
