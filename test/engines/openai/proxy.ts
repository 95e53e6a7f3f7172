import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a client sends
  readonly body: any;
  /** Requests before this one, of all kinds. */
  readonly n: number;
}

/** What is done to an answer. `edit` changes a right one. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Record<string, string>;
    }
  // biome-ignore lint/suspicious/noExplicitAny: whatever a server answers
  | { readonly kind: 'edit'; readonly edit: (body: any) => unknown }
  | { readonly kind: 'drop' | 'cut' | 'drip' };

/** A server in front of another that answers wrongly where the hook says so. */
export async function proxy(target: string, fault: (asked: Asked) => Fault | undefined) {
  let n = 0;
  const seen: Asked[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const asked = { path: request.url ?? '', body: text === '' ? undefined : JSON.parse(text), n: n++ };
    seen.push(asked);
    const wrong = fault(asked);
    if (wrong?.kind === 'answer') {
      response.writeHead(wrong.status, { 'content-type': 'application/json', ...wrong.headers }).end(wrong.body);
      return;
    }
    if (wrong?.kind === 'drop') {
      request.socket.destroy();
      return;
    }
    const headers = {
      'content-type': 'application/json',
      ...(request.headers.authorization ? { authorization: request.headers.authorization } : {}),
    };
    const answer = await relay(`${target.replace(/\/v1$/u, '')}${asked.path}`, {
      method: request.method ?? 'GET',
      headers,
      ...(text === '' ? {} : { body: text }),
    });
    // A server that has gone, or a client that did not wait.
    if (answer === undefined) {
      request.socket.destroy();
      return;
    }
    const right = await answer.text();
    if (wrong?.kind === 'cut') cut(response, right);
    else if (wrong?.kind === 'drip') drip(response, right);
    else {
      const body = wrong?.kind === 'edit' && answer.ok ? serialise(wrong.edit(JSON.parse(right))) : right;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const relay = (url: string, init: RequestInit) => fetch(url, init).catch(() => undefined);

/** JSON as Python's lenient writers make it: NaN stands as a word. */
const serialise = (body: unknown): string =>
  JSON.stringify(body, (_, value) => (Number.isNaN(value) ? '\u0000NaN' : value)).replaceAll('"\\u0000NaN"', 'NaN');

function cut(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}

function drip(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  let at = 0;
  const timer = setInterval(() => response.write(text[at++] ?? ' '), 50);
  response.once('close', () => clearInterval(timer));
}
