/**
 * Models on servers that speak OpenAI's HTTP API, for the page and the terminal alike.
 *
 *     const model = await connectServer({ url: 'http://127.0.0.1:8000/v1', model: 'Qwen/Qwen2.5-7B', apiKey, signal });
 *
 * gives a `LanguageModel`; the way to exact log-probabilities (vLLM's `prompt_logprobs`, echo, llama.cpp) is probed. A server
 * that has none comes without the capability `logprobs`. The key stays in memory: identity, messages and records hold neither
 * it nor the address, so a spec names the model as `{ engine: OPENAI_ENGINE, id: MODEL }` and the address is asked for apart.
 *
 *     const report = await examineServer({ url, apiKey, page: { origin: location.origin, secure: isSecureContext } });
 *
 * is the endpoint doctor: checks, each with what was found and the flag or setting to change.
 */
export type { ConnectOptions, ServerOptions } from './connect.ts';
export { connectServer, OPENAI_ENGINE } from './connect.ts';
export type { EndpointCheck, EndpointReport, ExamineOptions } from './doctor.ts';
export { examineServer } from './doctor.ts';
