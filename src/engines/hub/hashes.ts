import { sha256Hex } from '../assets/sha256.ts';
import type { Plan } from './listing.ts';
import type { ModelStore } from './store.ts';

/** SHA-256 of every file, for the record. */
export async function fileHashes(plan: Plan, store: ModelStore) {
  const files: { name: string; sha256: string }[] = [];
  for (const file of plan.files) {
    const bytes = file.digest.kind === 'sha256' ? undefined : await store.read(file);
    files.push({ name: file.name, sha256: bytes === undefined ? file.digest.hex : await sha256Hex(bytes) });
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}
