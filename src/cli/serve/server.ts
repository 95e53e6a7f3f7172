import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';
import type { EmbeddedModel } from '../../engines/embedded/engine.ts';
import { type Access, answerCors, requireAccess } from './access.ts';
import { chat } from './chat.ts';
import { completions } from './completions.ts';
import { errorBody, HttpError, readBody, sendJson } from './http.ts';
import { detokenize, embeddings, llamaCompletion, models, props, tokenize } from './others.ts';
import {
  ChatRequest,
  CompletionRequest,
  DetokenizeRequest,
  EmbeddingRequest,
  LlamaRequest,
  TokenizeRequest,
} from './requests.ts';
import type { Feature, Served } from './served.ts';

export interface ServerOptions {
  readonly model: EmbeddedModel;
  readonly features: readonly Feature[];
  readonly access: Access;
  /** The largest body that is read, in bytes. */
  readonly bodyLimit: number;
  /** Told what went wrong on this side. */
  readonly onFault: (error: unknown) => void;
}

interface Route {
  readonly method: 'GET' | 'POST';
  /** Any of these must be spoken. */
  readonly needs?: readonly Feature[];
  answer(served: Served, call: Call): Promise<void> | void;
}

interface Call {
  readonly response: ServerResponse;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  body<T extends v.GenericSchema>(schema: T): Promise<v.InferOutput<T>>;
}

const routes: Readonly<Record<string, Route>> = {
  '/health': { method: 'GET', answer: (_, { response }) => sendJson(response, 200, { status: 'ok' }) },
  '/v1/models': { method: 'GET', answer: (served, { response }) => models(served, response) },
  '/v1/completions': {
    method: 'POST',
    answer: async (served, call) => completions(served, await call.body(CompletionRequest), call.response, call.signal),
  },
  '/v1/chat/completions': {
    method: 'POST',
    answer: async (served, call) => chat(served, await call.body(ChatRequest), call.response, call.signal),
  },
  '/v1/embeddings': {
    method: 'POST',
    answer: async (served, call) => embeddings(served, await call.body(EmbeddingRequest), call.response, call.signal),
  },
  '/tokenize': {
    method: 'POST',
    needs: ['tokenize', 'llama.cpp'],
    answer: async (served, call) => tokenize(served, await call.body(TokenizeRequest), call.response, call.signal),
  },
  '/detokenize': {
    method: 'POST',
    needs: ['tokenize', 'llama.cpp'],
    answer: async (served, call) => detokenize(served, await call.body(DetokenizeRequest), call.response),
  },
  '/completion': {
    method: 'POST',
    needs: ['llama.cpp'],
    answer: async (served, call) => llamaCompletion(served, await call.body(LlamaRequest), call.response, call.signal),
  },
  '/props': { method: 'GET', needs: ['llama.cpp'], answer: (served, { response }) => props(served, response) },
};

/** The embedded model behind OpenAI's HTTP API. Not yet listening. */
export function modelServer({ model, features, access, bodyLimit, onFault }: ServerOptions): Server {
  const served: Served = { model, features: new Set(features), created: Math.floor(Date.now() / 1000) };
  return createServer(async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      if (answerCors(request, response, access)) return;
      requireAccess(request, access);
      const route = routeOf(request, served.features);
      await route.answer(served, {
        response,
        signal: gone.signal,
        body: (schema) => readBody(request, schema, bodyLimit),
      });
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!(error instanceof HttpError || error instanceof EngineError)) onFault(error);
      refuse(response, error);
    }
  });
}

function routeOf(request: IncomingMessage, features: ReadonlySet<Feature>): Route {
  const path = (request.url ?? '').replace(/[?#].*$/u, '');
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined || route.needs?.some((feature) => features.has(feature)) === false)
    throw new HttpError(404, `There is nothing at ${path}. Known: ${Object.keys(routes).join(', ')}.`);
  if (route.method !== request.method) throw new HttpError(405, `${path} takes ${route.method} only.`);
  return route;
}

function refuse(response: ServerResponse, error: unknown): void {
  const { status, body } = errorBody(error);
  if (response.headersSent) {
    // A stream under way: the error is its last event.
    response.end(`data: ${JSON.stringify(body)}\n\n`);
    return;
  }
  // What was not read of the request is of no use any more.
  response.setHeader('connection', 'close');
  sendJson(response, status, body);
}
