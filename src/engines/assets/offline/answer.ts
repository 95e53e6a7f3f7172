import { keepUsed } from './keep.ts';
import { type Box, boxOf, find, otherBoxes, type Place, urlOf } from './place.ts';
import { versionOf } from './published.ts';

/** For the server to say which build it has; then the kept one is opened. */
const WAIT_MS = 2000;

/** Under this path stands, where the server has another build than is kept here, which: open pages are of that one then. */
const AHEAD = 'offline-ahead';

/** For a page that says no build, as a development server's. */
const UNNAMED = 'unnamed';

/** What is known of a navigation. */
export interface Opening {
  readonly request: Request;
  /** Tabs of the page that stay open meanwhile. */
  readonly others: number;
}

/**
 * What the worker answers. All open pages are of one build: the one that is kept or, where the server had a newer one when the
 * first of them was opened, that one; then everything comes from the server, as without a worker. So a page that is open keeps
 * its build, and the next one that is opened alone, with a network, is of the newest.
 */
export class Answers {
  readonly #place: Place;
  /** The build that open pages have from the server; read once. */
  #ahead: Promise<string | null> | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  async page({ request, others }: Opening): Promise<Response> {
    const box = await boxOf(this.#place);
    const kept = await find(box, urlOf(this.#place, ''));
    if (kept === undefined) return this.#place.fetch(request);
    if (others > 0) return (await this.#isAhead(box)) === null ? kept : this.#place.fetch(request);
    const sent = await this.#fromServer(request);
    const version = sent && (versionOf(await sent.clone().text()) ?? UNNAMED);
    const ahead = version === undefined || version === this.#place.published.version ? null : version;
    await this.#setAhead(box, ahead);
    return sent === undefined || ahead === null ? kept : sent;
  }

  /** @param later keeps the worker alive for what follows the answer. */
  async file(request: Request, path: string, later: (work: Promise<unknown>) => void): Promise<Response> {
    const box = await boxOf(this.#place);
    if ((await this.#isAhead(box)) !== null) return this.#place.fetch(request);
    // Also where a part of it is asked for: a server may send the whole then, and the one that asks reads it from the start.
    const kept = await find(box, urlOf(this.#place, path));
    if (kept !== undefined) return kept;
    try {
      const response = await this.#place.fetch(request);
      const whole = response.clone().arrayBuffer();
      later(whole.then(() => keepUsed(this.#place, path, 'force-cache')).catch(() => {}));
      return response;
    } catch (error) {
      // The browser's own cache may have it, from a session before this worker's.
      await keepUsed(this.#place, path, 'only-if-cached');
      const found = await find(box, urlOf(this.#place, path));
      if (found === undefined) throw error;
      return found;
    }
  }

  /** What the server has now; `undefined` where it does not answer in time, or not with a page. */
  async #fromServer(request: Request): Promise<Response | undefined> {
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, WAIT_MS));
    const response = await Promise.race([this.#place.fetch(request).catch(() => undefined), late]);
    return response?.ok ? response : undefined;
  }

  async #isAhead(box: Box): Promise<string | null> {
    this.#ahead ??= readAhead(this.#place, box);
    return this.#ahead;
  }

  async #setAhead(box: Box, version: string | null): Promise<void> {
    if ((await this.#isAhead(box)) === version) return;
    this.#ahead = Promise.resolve(version);
    const url = urlOf(this.#place, AHEAD);
    if (version === null) await box.delete(url);
    else await box.put(url, new Response(version));
  }
}

async function readAhead(place: Place, box: Box): Promise<string | null> {
  return (await (await find(box, urlOf(place, AHEAD)))?.text()) ?? null;
}

/** Whether the open pages are of this build already, from the server, while the worker of an earlier one stands between. */
export async function opensAlready(place: Place): Promise<boolean> {
  const ahead = await Promise.all((await otherBoxes(place)).map((box) => readAhead(place, box)));
  return ahead.includes(place.published.version);
}
