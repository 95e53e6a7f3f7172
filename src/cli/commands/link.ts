import { parseArgs } from 'node:util';
import { usageError } from '../../core/errors.ts';
import { encodeLink } from '../../core/link/link.ts';
import { payloadFromFile, payloadFromLink } from '../payload.ts';

function only(args: string[], usage: string): string {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [source, ...others] = positionals;
  if (source === undefined || others.length > 0) throw usageError(usage);
  return source;
}

/** `knowshot link SPEC.json`: prints the part of a link that follows the page's address. */
export async function link(args: string[]): Promise<void> {
  const payload = await payloadFromFile(only(args, 'Give one spec file: knowshot link SPEC.json'));
  const encoded = encodeLink(payload);
  if (!encoded.ok) throw usageError(encoded.problem);
  console.log(encoded.hash);
}

/** `knowshot open LINK`: prints what a link carries, as JSON that `knowshot run` and `knowshot link` take. */
export async function open(args: string[]): Promise<void> {
  const payload = payloadFromLink(only(args, 'Give one link in quotes: knowshot open LINK'));
  console.log(JSON.stringify(payload, null, 2));
}
