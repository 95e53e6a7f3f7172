import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadKnowledge } from '../../../src/core/knowledge/load.ts';
import type { Mention } from '../../../src/core/knowledge/types.ts';

/**
 * Texts with every mention marked by hand, from the bundled sets and written to be hard. `tuned`: the linker's rules and
 * the cautions about names were worked out on them; `held-out`: marked afterwards. A stretch with no entity is a trap:
 * the word is a name elsewhere, but not here. Of several entities any is right.
 */
interface Marked {
  readonly split: 'tuned' | 'held-out';
  readonly source: string;
  readonly text: string;
  readonly mentions: readonly { readonly start: number; readonly end: number; readonly entities: readonly string[] }[];
}

const path = (name: string) => new URL(`../../../${name}`, import.meta.url);
const marked = readFileSync(path('test/fixtures/mentions.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Marked);

describe('entity linker on texts marked by hand', async () => {
  const knowledge = await loadKnowledge({
    read: async (name) => new Uint8Array(readFileSync(path(`public/${name}`))),
  });
  const right = (text: Marked, link: Mention): boolean =>
    text.mentions.some((m) => m.start === link.start && m.end === link.end && m.entities.includes(link.entityId));

  it('has at least 300 mentions, all inside their texts, all of entities that are there', () => {
    const mentions = marked.flatMap((m) => m.mentions);
    expect(mentions.length).toBeGreaterThanOrEqual(300);
    for (const { text, mentions: own } of marked) {
      for (const { start, end } of own) expect(text.slice(start, end)).toMatch(/^[\p{L}\p{N}].*[\p{L}\p{N}]$/u);
    }
    expect(mentions.flatMap((m) => m.entities).filter((id) => !knowledge.entities.has(id))).toEqual([]);
  });

  it.each(['tuned', 'held-out'] as const)('finds the %s mentions', (split) => {
    const texts = marked.filter((m) => m.split === split);
    const links = texts.flatMap((text) => knowledge.link(text.text).map((link) => right(text, link)));
    const gold = texts.flatMap((text) => text.mentions.filter((m) => m.entities.length > 0)).length;
    const found = links.filter(Boolean).length;
    const [precision, recall] = [found / links.length, found / gold];
    console.info(
      `${split}: ${texts.length} texts, precision ${precision.toFixed(3)} (${found} of ${links.length} links), recall ${recall.toFixed(3)} (${found} of ${gold} mentions)`,
    );
    expect(precision).toBeGreaterThanOrEqual(0.9);
    expect(recall).toBeGreaterThanOrEqual(0.85);
  });
});
