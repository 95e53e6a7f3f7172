import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { AssetSource, ReadOptions } from './asset-source.ts';
import type { Parts } from './parts.ts';
import { receive } from './receive.ts';
import { sha256Hex } from './sha256.ts';

/**
 * Files over HTTP, streamed; `baseUrl` is the address of the page's folder.
 * @param parts keeps what arrived of files whose hash is known, so that a later download goes on from there.
 */
export function fetchAssets(baseUrl: string, parts?: Parts): AssetSource {
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  return { read: (path, options) => download(new URL(path, base), options, parts) };
}

async function download(
  url: URL,
  { signal, onProgress, expected }: ReadOptions = {},
  parts: Parts | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (expected !== undefined) {
    const { bytes, sha256 } = expected;
    const isRight = async (got: Uint8Array<ArrayBuffer>) => (await sha256Hex(got)) === sha256;
    const wanted = { url: url.href, bytes, isRight, wrong: (got: number) => wrongBytes(url, bytes, got) };
    return receive(wanted, { fetch: (at, init) => fetch(at, init), parts, signal, onBytes: onProgress });
  }
  throwIfAborted(signal);
  try {
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok) throw unreadable(url, `the server answered ${response.status}`);
    // A single-page server may answer any address with its index page.
    if (response.headers.get('content-type')?.startsWith('text/html'))
      throw unreadable(url, 'the server sent a web page instead');
    return await collect(response, onProgress);
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof EngineError) throw error;
    throw unreadable(url, error instanceof Error ? error.message : String(error), error);
  }
}

async function collect(response: Response, onProgress: ReadOptions['onProgress']): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  // With a content encoding the length counts compressed bytes and says nothing about the whole.
  const length = response.headers.has('content-encoding')
    ? Number.NaN
    : Number(response.headers.get('content-length') ?? Number.NaN);
  const parts: Uint8Array[] = [];
  let done = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    done += next.value.length;
    onProgress?.(done, Number.isFinite(length) ? length : undefined);
  }
  const whole = new Uint8Array(done);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const wrongBytes = ({ pathname }: URL, bytes: number, got: number): EngineError =>
  new EngineError(
    'wrong-hash',
    `The file ${pathname} is not the one that this page was published with: it has ${got} bytes, ${got === bytes ? 'but another SHA-256' : `expected ${bytes}`}. Reload the page without the cache.`,
    { recoverable: true },
  );

const unreadable = (url: URL, reason: string, cause?: unknown): EngineError =>
  new EngineError('network', `Could not read ${url.pathname}: ${reason}. Check the connection and try again.`, {
    recoverable: true,
    cause,
  });
