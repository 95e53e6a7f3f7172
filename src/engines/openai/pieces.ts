import { EngineError } from '../../core/model/engine-error.ts';
import type { Token } from './tokens.ts';

/** Tokens of a text as the model reads it, start included. */
export type Reader = (text: string, signal: AbortSignal | undefined) => Promise<readonly Token[]>;

/**
 * A server that tells tokens only by running the model cannot tell those of a text that is too long for it. To know by how much,
 * such a text is counted in pieces, cut at line ends or spaces; that the whole does not fit stays right.
 * @param start tokens that the server puts before each text.
 */
export function inPieces(read: Reader, start: number): Reader {
  return async function counted(text, signal): Promise<readonly Token[]> {
    try {
      return await read(text, signal);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'context-too-long') throw error;
      const at = cutNear(text);
      if (at === 0) throw error;
      const [left, right] = [await counted(text.slice(0, at), signal), await counted(text.slice(at), signal)];
      return [...left, ...right.slice(start)];
    }
  };
}

/** A line end, a space, or any place before the middle; 0 where there is none. */
function cutNear(text: string): number {
  const middle = Math.ceil(text.length / 2);
  const found = [text.lastIndexOf('\n', middle), text.lastIndexOf(' ', middle)].find((at) => at > 0);
  if (found !== undefined) return found;
  return text.length > 1 ? Math.floor(text.length / 2) : 0;
}
