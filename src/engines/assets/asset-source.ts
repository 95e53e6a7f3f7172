export interface ReadOptions {
  /** What the file is, where that is known: a download that breaks off can then go on, and one that is wrong is refused. */
  readonly expected?: { readonly bytes: number; readonly sha256: string } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes read so far, and the whole where it is known. */
  readonly onProgress?: ((done: number, total?: number) => void) | undefined;
}

/** Where static files come from. Paths are relative to `public/`, with forward slashes. */
export interface AssetSource {
  read(path: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}
