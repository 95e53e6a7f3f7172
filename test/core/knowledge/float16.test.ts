import { getFloat16 } from '@petamoriken/float16';
import { expect, it } from 'vitest';
import { decodeFloat16 } from '../../../src/core/knowledge/float16.ts';

it('decodes every half float as the library does', () => {
  const bytes = new Uint8Array(new Uint16Array(65536).map((_, i) => i).buffer);
  const view = new DataView(bytes.buffer);
  const decoded = decodeFloat16(bytes);
  for (let i = 0; i < 65536; i++) expect(Object.is(decoded[i], getFloat16(view, 2 * i, true))).toBe(true);
});
