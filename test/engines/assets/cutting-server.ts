import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
}

export interface CuttingServer {
  readonly url: string;
  readonly asked: Asked[];
  readonly files: Map<string, Uint8Array>;
  /** How many bytes of its next answers are sent before the connection is cut; all where there is none. */
  readonly cuts: number[];
  /** Whether it heeds the Range header. */
  ranges: boolean;
  /** Sent in place of the file's bytes. */
  spoil: (path: string, bytes: Uint8Array) => Uint8Array;
  readonly close: () => void;
}

/** A server on this machine whose answers break off where the test says. */
export async function cuttingServer(files: ReadonlyMap<string, Uint8Array>): Promise<CuttingServer> {
  const state = {
    url: '',
    asked: [] as Asked[],
    files: new Map(files),
    cuts: [] as number[],
    ranges: true,
    spoil: (_: string, bytes: Uint8Array) => bytes,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const server: Server = createServer((request, response) => {
    const { range } = request.headers;
    const path = (request.url ?? '').slice(1);
    state.asked.push({ path, range });
    const file = state.files.get(path);
    if (file === undefined) return void response.writeHead(404).end();
    const bytes = state.spoil(path, file);
    const start = state.ranges ? Number(/^bytes=(\d+)-$/u.exec(range ?? '')?.[1] ?? 0) : 0;
    if (start >= bytes.length && start > 0) return void response.writeHead(416).end();
    const body = bytes.subarray(start);
    const partial = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': String(body.length), ...partial });
    const cut = state.cuts.shift();
    if (cut === undefined) response.end(body);
    // The client has the bytes before the connection ends.
    else response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}
