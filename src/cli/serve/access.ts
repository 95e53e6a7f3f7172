import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from './http.ts';

export interface Access {
  /** Hosts that the server answers to, beside this machine's own names; `*` is any. Others are refused, so that a page cannot reach it under a name of its own. */
  readonly hosts: ReadonlySet<string>;
  /** Origins of pages that may call, beside those on this machine; `*` lets all. */
  readonly origins: ReadonlySet<string>;
  readonly apiKey: string | undefined;
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

const isLocal = (host: string): boolean => LOCAL.has(host.replace(/:\d+$/u, ''));

function isAllowed(origin: string, { origins }: Access): boolean {
  if (origins.has('*') || origins.has(origin)) return true;
  return URL.canParse(origin) && isLocal(new URL(origin).host);
}

/** Sets the CORS headers of an answer. @returns whether it was a preflight, which is then answered. */
export function answerCors(request: IncomingMessage, response: ServerResponse, access: Access): boolean {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin');
  const allowed = origin !== undefined && isAllowed(origin, access);
  if (allowed) response.setHeader('access-control-allow-origin', origin);
  if (request.method !== 'OPTIONS') return false;
  if (allowed) {
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    response.setHeader('access-control-max-age', '600');
    if (request.headers['access-control-request-private-network'] !== undefined)
      response.setHeader('access-control-allow-private-network', 'true');
  }
  response.writeHead(204);
  response.end();
  return true;
}

export function requireAccess(request: IncomingMessage, access: Access): void {
  const { host = '', origin, authorization } = request.headers;
  if (!isLocal(host) && !access.hosts.has('*') && !access.hosts.has(host.replace(/:\d+$/u, '')))
    throw new HttpError(421, `This server does not answer to the host "${host}". Start it with --host.`);
  if (origin !== undefined && !isAllowed(origin, access))
    throw new HttpError(403, `Pages of ${origin} may not call this server. Start it with --allow-origin ${origin}.`);
  if (access.apiKey !== undefined && authorization !== `Bearer ${access.apiKey}`)
    throw new HttpError(401, 'This server wants a key: send "Authorization: Bearer KEY".', 'invalid_api_key');
}
