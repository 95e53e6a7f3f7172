import { EngineError } from '../../core/model/engine-error.ts';

/** The address of a server: its root, under which `/v1/...` lies. Never holds a key. */
export class Endpoint {
  readonly root: string;

  /** @param address as people write it: with or without `/v1` and a slash at the end. */
  constructor(address: string) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !/^https?:$/u.test(url.protocol))
      throw badAddress(`"${address}" is not an address. Give one like http://127.0.0.1:8000/v1.`);
    // Both would end up in links, logs and records.
    if (url.username !== '' || url.password !== '')
      throw badAddress('The address holds a name or password. Give it without; a key is asked for on its own.');
    if (url.search !== '' || url.hash !== '')
      throw badAddress('The address has a part after "?" or "#". Give it without; a key is asked for on its own.');
    this.root = `${url.origin}${url.pathname}`.replace(/\/+$/u, '').replace(/\/v1(?:\/(?:chat\/)?completions)?$/u, '');
  }

  url(path: string): string {
    return `${this.root}${path}`;
  }

  get host(): string {
    return new URL(this.root).host;
  }

  get isSecure(): boolean {
    return this.root.startsWith('https:');
  }

  /** On this machine, which browsers trust without HTTPS. */
  get isLoopback(): boolean {
    const { hostname } = new URL(this.root);
    return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  }

  /** In a private network, by its address or name. */
  get isPrivate(): boolean {
    const { hostname } = new URL(this.root);
    return (
      this.isLoopback ||
      /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/u.test(hostname) ||
      /^\[f[cde]/u.test(hostname) ||
      hostname.endsWith('.local') ||
      !hostname.includes('.')
    );
  }
}

const badAddress = (message: string): EngineError => new EngineError('bad-request', message, { recoverable: true });
