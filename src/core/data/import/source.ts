/** A file of any size, read piece by piece. */
export interface ByteSource {
  readonly name: string;
  readonly size: number;
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** Bytes of one piece. */
const PIECE = 1 << 20;

export const blobSource = (blob: Blob, name: string): ByteSource => ({
  name,
  size: blob.size,
  slice: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
});

export const bytesSource = (bytes: Uint8Array, name: string): ByteSource => ({
  name,
  size: bytes.length,
  slice: async (start, end) => bytes.subarray(start, end),
});

export async function* piecesOf(source: ByteSource, from: number): AsyncGenerator<{ bytes: Uint8Array; end: number }> {
  for (let at = from; at < source.size; at += PIECE) {
    const end = Math.min(source.size, at + PIECE);
    yield { bytes: await source.slice(at, end), end };
  }
}
