import * as v from 'valibot';
import type { EngineErrorCode } from '../../core/model/engine-error.ts';
import { EngineError } from '../../core/model/engine-error.ts';

/** A failed attempt: the error to report, and whether another attempt may help. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly error: EngineError;
  readonly again: boolean;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The server's wish, in milliseconds. */
  readonly waitMs: number | undefined;

  constructor(error: EngineError, more: { again?: boolean; status?: number; waitMs?: number | undefined } = {}) {
    super(error.message, { cause: error });
    this.error = error;
    this.again = more.again ?? false;
    this.status = more.status;
    this.waitMs = more.waitMs;
  }
}

export const problem = (code: EngineErrorCode, message: string, cause?: unknown): EngineError =>
  new EngineError(code, message, { recoverable: true, ...(cause === undefined ? {} : { cause }) });

/** OpenAI's, llama.cpp's and FastAPI's error bodies. */
const ErrorBody = v.union([
  v.object({ error: v.object({ message: v.string(), code: v.unknown(), type: v.unknown() }) }),
  v.pipe(
    v.object({ error: v.string() }),
    v.transform(({ error }) => ({ error: { message: error, code: null, type: null } })),
  ),
  v.pipe(
    v.object({ message: v.string(), code: v.unknown(), type: v.unknown() }),
    v.transform((error) => ({ error })),
  ),
  v.pipe(
    v.object({ detail: v.unknown() }),
    v.transform(({ detail }) => {
      const message = typeof detail === 'string' ? detail : JSON.stringify(detail);
      return { error: { message, code: null, type: null } };
    }),
  ),
]);

/** What the server says of its refusal, shortened to one line; and whether it says that the text is too long. */
function serverSays(text: string): { readonly said: string; readonly tooLong: boolean } {
  let said = text;
  let codes = '';
  try {
    const parsed = v.safeParse(ErrorBody, JSON.parse(text));
    if (parsed.success) {
      const { message, code, type } = parsed.output.error;
      said = message;
      codes = `${code} ${type}`;
    }
  } catch {
    if (/^\s*</u.test(text)) said = 'a web page';
  }
  const line = said.replace(/\s+/gu, ' ').trim();
  return {
    said: line.length > 300 ? `${line.slice(0, 299)}…` : line,
    tooLong: TOO_LONG_CODES.test(codes) || TOO_LONG.test(line),
  };
}

const TOO_LONG_CODES = /context_length_exceeded|exceed_context_size/u;
const TOO_LONG = /context.{0,20}(?:length|size|window)|max_model_len|maximum.{0,30}tokens|too (?:many tokens|long)/iu;

/** An answer that is no success. `server` names it in messages. */
export function refusal(server: string, status: number, text: string, waitMs: number | undefined): Failure {
  const { said, tooLong } = serverSays(text);
  const quote = said === '' ? '' : ` It says: ${said}`;
  if (status === 401 || status === 403) {
    const what = status === 401 ? 'wants a key, or another one' : 'does not let this key or page use the model';
    return new Failure(problem('bad-request', `${server} ${what} (${status}). Check the key and try again.${quote}`), {
      status,
    });
  }
  if ([400, 413, 422, 500].includes(status) && tooLong) {
    const message = `${server} reads fewer tokens than it promised. Tell the shorter context, or use fewer or shorter demonstrations.${quote}`;
    return new Failure(problem('context-too-long', message), { status });
  }
  if (status === 429) {
    const message = `${server} asks to slow down (429), and still did after several tries. Ask for less at a time, or go on later.${quote}`;
    return new Failure(problem('quota', message), { status, again: true, waitMs });
  }
  if (status === 408 || status >= 500) {
    const message = `${server} failed (${status}), and again after several tries. Look at its log, and run again to go on.${quote}`;
    return new Failure(problem('network', message), { status, again: status !== 501, waitMs });
  }
  if (status === 404) {
    const message = `${server} has nothing at this address or no such model (404). Check the address and the model's name.${quote}`;
    return new Failure(problem('bad-request', message), { status });
  }
  return new Failure(problem('bad-request', `${server} refused the request (${status}).${quote}`), { status });
}

export const unreachable = (server: string, cause: unknown): Failure =>
  new Failure(
    problem(
      'network',
      `${server} cannot be reached${reasonOf(cause)}. Check that it runs and that its address is right; in a browser it must also allow this page (CORS). Run again to go on.`,
      cause,
    ),
    { again: true },
  );

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const code = (inner as { code?: unknown } | undefined)?.code;
  if (code === 'ECONNREFUSED') return ': the connection was refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ': there is no such host';
  return typeof code === 'string' ? `: ${code}` : '';
}

export const cutShort = (server: string, cause: unknown): Failure =>
  new Failure(problem('network', `${server} broke off its answer. Run again to go on.`, cause), { again: true });

export const tooSlow = (server: string, ms: number): Failure =>
  new Failure(
    problem(
      'network',
      `${server} did not finish an answer within ${Math.round(ms / 1000)} s. Give it more time or fewer requests at once, and run again to go on.`,
    ),
    { again: true },
  );

export function notJson(server: string, text: string): Failure {
  if (/^\s*</u.test(text)) {
    const message = `${server} answered with a web page instead of JSON. Check the address: it should be that of the API, such as http://127.0.0.1:8000/v1.`;
    return new Failure(problem('network', message));
  }
  if (/[:[,]\s*-?(?:NaN|Infinity)\b/u.test(text)) {
    const message = `${server} gives numbers that are not finite (NaN): its arithmetic overflows. Start it with another number type, for example --dtype float32 or bfloat16.`;
    return new Failure(problem('bad-model', message));
  }
  // A cut body looks like this too.
  const message = `${server} broke off its answer, or it is not JSON: ${serverSays(text).said}`;
  return new Failure(problem('network', message), { again: true });
}

export const strange = (server: string, path: string, issue: string): Failure =>
  new Failure(
    problem(
      'bad-request',
      `${server} answered ${path} in a form that is not understood: ${issue}. Is it an OpenAI-compatible server?`,
    ),
  );
