import { EngineError } from '../../core/model/engine-error.ts';
import { advise, knownServer } from './advice.ts';
import type { Client } from './client.ts';
import { ASSUMED_CONTEXT, clientFor, type ServerOptions, unscorable } from './connect.ts';
import { Endpoint } from './endpoint.ts';
import { examineScoring } from './examine-scoring.ts';
import { type Abilities, chooseModel, listModels, type ModelEntry, probe } from './probe.ts';
import { Embeddings } from './replies.ts';
import { SERVER_TOLERANCE } from './trial.ts';
import { Watch } from './watch.ts';

export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

export interface EndpointCheck {
  readonly id: string;
  readonly title: string;
  readonly status: CheckStatus;
  /** What was found, as a sentence. */
  readonly found: string;
  /** The flag or setting to change, where something is to be changed. */
  readonly fix?: string;
}

export interface EndpointReport {
  readonly checks: readonly EndpointCheck[];
  readonly models: readonly string[];
  /** The model that was examined. */
  readonly model: string | undefined;
  readonly canScore: boolean;
}

export interface ExamineOptions extends ServerOptions {
  /** The page that will call the server; left out in a terminal, which no browser rule binds. */
  readonly page?: { readonly origin: string; readonly secure: boolean } | undefined;
}

const TITLES = {
  address: 'Address',
  mixed: 'Mixed content',
  private: 'Private network access',
  reach: 'Reach',
  cors: 'Cross-origin requests (CORS)',
  key: 'Key',
  models: 'Models',
  context: 'Context length',
  tokens: 'Tokens',
  logprobs: 'Log-probabilities of given text',
  boundary: 'Tokens at the end of the prompt',
  repeat: 'Same question, same answer',
  sums: 'Probabilities that can be',
  sense: 'A known pair in the right order',
  embeddings: 'Embeddings',
} as const;
export type CheckId = keyof typeof TITLES;

/** Collects checks; those that were never reached are told as skipped. */
export class Findings {
  readonly #checks = new Map<CheckId, EndpointCheck>();

  note(id: CheckId, status: CheckStatus, found: string, fix?: string): void {
    this.#checks.set(id, { id, title: TITLES[id], status, found, ...(fix === undefined ? {} : { fix }) });
  }

  all(): EndpointCheck[] {
    return (Object.keys(TITLES) as CheckId[]).map(
      (id) => this.#checks.get(id) ?? { id, title: TITLES[id], status: 'skipped', found: 'Not reached.' },
    );
  }
}

/** The endpoint doctor: what works of a server, and what to change. Rejects only when stopped. */
export async function examineServer(options: ExamineOptions): Promise<EndpointReport> {
  const findings = new Findings();
  const report = (models: readonly ModelEntry[], model?: string, canScore = false): EndpointReport => ({
    checks: findings.all(),
    models: models.map(({ id }) => id),
    model,
    canScore,
  });
  const endpoint = addressOf(findings, options);
  if (endpoint === undefined) return report([]);
  checkPageRules(findings, endpoint, options);
  const client = clientFor({ ...options, retry: { retries: 1, firstMs: 200, ...options.retry } });
  const models = await reach(findings, client, options);
  if (models === undefined) return report([]);
  const entry = chosen(findings, client, models, options.model);
  if (entry === undefined) return report(models);
  try {
    const kind = knownServer(endpoint, entry.owner);
    const watch = new Watch(client.server, SERVER_TOLERANCE);
    const abilities = await probe(client, entry, watch, options.signal);
    checkContext(findings, abilities, options, kind);
    checkAbilities(findings, client, abilities, kind);
    const embeds = await client.tryJson('/v1/embeddings', Embeddings, {
      body: { model: entry.id, input: ['one'] },
      signal: options.signal,
    });
    findings.note(
      'embeddings',
      embeds.ok ? 'ok' : 'skipped',
      embeds.ok ? 'Given for this model.' : 'Not given; selectors then compare by tf-idf.',
    );
    const right =
      abilities.scorer !== undefined && (await examineScoring(findings, client, abilities, kind, options.signal));
    return report(models, entry.id, right);
  } catch (error) {
    stopOn(error);
    findings.note('logprobs', 'failed', (error as Error).message);
    return report(models, entry.id);
  }
}

const stopOn = (error: unknown): void => {
  if (!(error instanceof EngineError) || error.code === 'aborted') throw error;
};

function addressOf(findings: Findings, { url, apiKey }: ExamineOptions): Endpoint | undefined {
  try {
    const endpoint = new Endpoint(url);
    const clear = apiKey !== undefined && apiKey !== '' && !endpoint.isSecure && !endpoint.isLoopback;
    findings.note(
      'address',
      clear ? 'warning' : 'ok',
      clear ? 'The key travels unencrypted.' : `${endpoint.root}/v1`,
      clear ? 'Use an address with https.' : undefined,
    );
    return endpoint;
  } catch (error) {
    stopOn(error);
    findings.note('address', 'failed', (error as Error).message);
    return undefined;
  }
}

function checkPageRules(findings: Findings, endpoint: Endpoint, { page }: ExamineOptions): void {
  if (page === undefined) {
    findings.note('mixed', 'skipped', 'Binds pages only.');
    findings.note('private', 'skipped', 'Binds pages only.');
    return;
  }
  if (page.secure && !endpoint.isSecure && !endpoint.isLoopback) {
    findings.note(
      'mixed',
      'failed',
      'A page over HTTPS may not call a server over HTTP.',
      'Give the server a certificate, reach it through a tunnel to 127.0.0.1, or open Knowshot from http://localhost.',
    );
  } else findings.note('mixed', 'ok', 'The browser lets this page call this address.');
  const inside = new Endpoint(page.origin).isPrivate;
  if (endpoint.isPrivate && !inside) {
    findings.note(
      'private',
      'warning',
      'The page comes from the internet and the server is in a private network: browsers ask first.',
      'Allow "local network access" for this page, and let the server answer preflights with Access-Control-Allow-Private-Network: true; or open Knowshot from http://localhost.',
    );
  } else findings.note('private', 'ok', 'Page and server are in one network, as browsers see it.');
}

/** @returns the models, or `undefined` where the server cannot be reached or does not let us in. */
async function reach(
  findings: Findings,
  client: Client,
  options: ExamineOptions,
): Promise<readonly ModelEntry[] | undefined> {
  try {
    const models = await listModels(client, options.signal);
    findings.note('reach', 'ok', 'The server answers.');
    findings.note(
      'cors',
      options.page ? 'ok' : 'skipped',
      options.page ? 'The server lets this page read its answers.' : 'Binds pages only.',
    );
    findings.note('key', 'ok', options.apiKey ? 'The key was accepted.' : 'No key is needed.');
    return models;
  } catch (error) {
    stopOn(error);
    const { message } = error as EngineError;
    if (/\((?:401|403)\)/u.test(message)) {
      findings.note('reach', 'ok', 'The server answers.');
      findings.note('key', 'failed', message, 'Give the key that the server was started with.');
    } else if (options.page !== undefined && (await answersBlindly(client.endpoint, options))) {
      const fix = advise('cors', knownServer(client.endpoint, undefined), options.page.origin);
      findings.note('reach', 'ok', 'Something answers at this address.');
      findings.note('cors', 'failed', 'The browser may not show the answers to this page.', fix);
    } else findings.note('reach', 'failed', message, 'Start the server, and check host and port.');
    return undefined;
  }
}

/** Whether anything answers where CORS hides the answer itself. */
async function answersBlindly(endpoint: Endpoint, options: ExamineOptions): Promise<boolean> {
  try {
    const ask = options.fetch ?? fetch;
    await ask(endpoint.url('/v1/models'), {
      mode: 'no-cors',
      credentials: 'omit',
      signal: AbortSignal.timeout(10_000),
    });
    return true;
  } catch {
    return false;
  }
}

function chosen(
  findings: Findings,
  client: Client,
  models: readonly ModelEntry[],
  id: string | undefined,
): ModelEntry | undefined {
  try {
    const entry = chooseModel(client.server, models, id);
    const others = models.length - 1;
    findings.note('models', 'ok', `${entry.id}${others > 0 ? ` and ${others} more` : ''}.`);
    return entry;
  } catch (error) {
    stopOn(error);
    findings.note('models', 'failed', (error as Error).message, 'Choose one of the models that the server has.');
    return undefined;
  }
}

function checkContext(
  findings: Findings,
  { contextLength }: Abilities,
  options: ExamineOptions,
  kind: string | undefined,
): void {
  const told = options.contextLength ?? contextLength;
  if (told === undefined)
    findings.note(
      'context',
      'warning',
      `The server does not say how much its model reads; ${ASSUMED_CONTEXT} tokens are assumed.`,
      'Tell the context length when connecting.',
    );
  else if (told < 1024)
    findings.note('context', 'warning', `${told} tokens: few demonstrations fit.`, advise('context', kind));
  else findings.note('context', 'ok', `${told} tokens.`);
}

function checkAbilities(findings: Findings, client: Client, abilities: Abilities, kind: string | undefined): void {
  const { tokenizer, scorer } = abilities;
  if (tokenizer !== undefined) findings.note('tokens', 'ok', `Told by ${tokenizer.name}.`);
  else if (scorer !== undefined)
    findings.note('tokens', 'ok', `Told by ${scorer.name} alone, so that counting costs a request to the model.`);
  else findings.note('tokens', 'failed', 'The server tells nothing of its tokens.');
  if (scorer !== undefined) findings.note('logprobs', 'ok', `Given: ${scorer.name}.`);
  else findings.note('logprobs', 'failed', unscorable(client.server, abilities).message, advise('scoring', kind));
}
