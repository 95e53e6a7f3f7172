import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { issueText } from '../../core/issues.ts';
import { EngineError } from '../../core/model/engine-error.ts';

/** A refusal with its HTTP status; the body has the shape of OpenAI's errors. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const badRequest = (message: string, code: string | null = null): HttpError => new HttpError(400, message, code);

const TYPES = new Map([
  [401, 'authentication_error'],
  [404, 'not_found_error'],
  [503, 'service_unavailable_error'],
]);

/** What any failure looks like from outside. Faults of ours are told without their insides. */
export function errorBody(error: unknown): { readonly status: number; readonly body: unknown } {
  const { status, message, code } = asHttp(error);
  const type = TYPES.get(status) ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
  return { status, body: { error: { message, type, param: null, code } } };
}

function asHttp(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (!(error instanceof EngineError)) return new HttpError(500, 'The server failed to answer this request.');
  if (error.code === 'context-too-long') return badRequest(error.message, 'context_length_exceeded');
  if (error.code === 'bad-request') return badRequest(error.message);
  if (error.code === 'aborted') return new HttpError(503, 'The server is shutting down.');
  return new HttpError(500, error.message, error.code);
}

/** The JSON body of a request, read up to a limit and checked. */
export async function readBody<T extends v.GenericSchema>(
  request: IncomingMessage,
  schema: T,
  limit: number,
): Promise<v.InferOutput<T>> {
  const type = request.headers['content-type'] ?? '';
  // Also keeps out what any page may send without asking first.
  if (!/^application\/json\b/iu.test(type)) throw new HttpError(415, 'Send JSON, with content-type: application/json.');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) {
      throw new HttpError(413, `The body is larger than ${limit} bytes. Send fewer or shorter prompts in one request.`);
    }
    parts.push(part);
  }
  const result = v.safeParse(schema, parseJson(Buffer.concat(parts)));
  if (!result.success) throw badRequest(issueText(result.issues));
  return result.output;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw badRequest(`The body is not JSON: ${(error as Error).message}.`);
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Server-sent events, as OpenAI streams them. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  }

  send(event: unknown): void {
    this.#response.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  end(): void {
    this.#response.end('data: [DONE]\n\n');
  }
}
