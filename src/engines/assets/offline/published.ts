/** A file of the built page. */
export interface PublishedFile {
  /** In base64, as `integrity` of a request wants it. */
  readonly sha256: string;
  readonly bytes: number;
  /** Whether it is kept only once it was used: the twin, and the engines of models that are downloaded. */
  readonly onUse: boolean;
}

/** What one build consists of. */
export interface Published {
  /** Changes with any of the files; `index.html` names it too, see `versionOf`. */
  readonly version: string;
  /** By path in the page's folder; the page itself is at the empty one. */
  readonly files: Readonly<Record<string, PublishedFile>>;
}

/** What the worker says of itself to a page that sends it a port. */
export interface Kept {
  readonly version: string;
  /** Of the files that are kept now. */
  readonly files: number;
  readonly bytes: number;
}

/** The name of the `meta` element in which a page says what build it is of. */
export const META = 'knowshot-build';

/** The build that a page is of; `null` where it is none of ours, or one without a worker. */
export const versionOf = (html: string): string | null =>
  new RegExp(`<meta name="${META}" content="([0-9a-f]+)"`, 'u').exec(html)?.[1] ?? null;
