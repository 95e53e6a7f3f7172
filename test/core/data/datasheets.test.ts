import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checksum, SUMMED } from '../../../scripts/build-datasheets.ts';
import { datasetCatalog } from '../../../src/core/data/bundled.ts';

const read = (name: string) => readFileSync(new URL(`../../../public/datasets/${name}`, import.meta.url), 'utf8');

describe('data sheets', () => {
  const overview = read('README.md');

  it.each(datasetCatalog.map(({ id }) => id))('say what %s is now: run "npm run datasheets" after a change', (id) => {
    const card = read(`${id}/card.md`);
    for (const file of SUMMED) {
      expect(overview).toContain(`| ${id}/${file} | \`${checksum(id, file)}\` |`);
      expect(card).toContain(`| ${file} | \`${checksum(id, file)}\` |`);
    }
    expect(card).toMatch(/Licence: \S/u);
    expect(card).toContain('Linter: nothing found');
  });
});
