export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read so far, and the whole where it is known. */
  readonly onProgress?: ((done: number, total?: number) => void) | undefined;
}

/** Where static files come from. Paths are relative to `public/`, with forward slashes. */
export interface AssetSource {
  read(path: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}
