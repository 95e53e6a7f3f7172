import { bytesToHex } from '@noble/hashes/utils.js';
import { EngineError } from '../../core/model/engine-error.ts';
import { sha256Hex } from '../assets/sha256.ts';
import type { PlannedFile } from './listing.ts';

/** Git's name for a file: SHA-1 of a header with its length, and its bytes. */
async function gitHex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const header = new TextEncoder().encode(`blob ${bytes.length}\0`);
  const blob = new Uint8Array(header.length + bytes.length);
  blob.set(header);
  blob.set(bytes, header.length);
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-1', blob)));
}

/** Whether bytes are what the listing says the file is. */
export async function matches(file: PlannedFile, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (bytes.length !== file.bytes) return false;
  const { kind, hex } = file.digest;
  return (kind === 'sha256' ? await sha256Hex(bytes) : await gitHex(bytes)) === hex;
}

export const wrongBytes = ({ name, bytes, url }: PlannedFile, got: number): EngineError =>
  new EngineError(
    'wrong-hash',
    got === bytes
      ? `${name} from ${new URL(url).host} is not the file that its listing describes: its bytes differ. Load the model again; if it happens again, something between changes them.`
      : `${name} from ${new URL(url).host} has ${got} bytes, its listing says ${bytes}. Load the model again.`,
    { recoverable: true },
  );
