import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFloat16 } from '@petamoriken/float16';
import { compileKnowledge } from '../src/core/knowledge/compile.ts';
import {
  chanceRanks,
  embeddingRanks,
  frequencyRanks,
  holdOut,
  type RankFigures,
} from '../src/core/knowledge/link-prediction.ts';
import { type CheckedSources, checkSources, type KnowledgeSources } from '../src/core/knowledge/sources.ts';
import { TRANSE_DEFAULTS, trainTransE } from '../src/core/knowledge/transe.ts';
import { stream } from '../src/core/random/stream.ts';

const folder = fileURLToPath(new URL('../public/knowledge/', import.meta.url));

export function readSources(): KnowledgeSources {
  const file = (name: string) => ({ name, text: readFileSync(join(folder, name), 'utf8') });
  const areas = readdirSync(join(folder, 'areas')).sort();
  const ending = (end: string) => areas.filter((name) => name.endsWith(end)).map((name) => file(join('areas', name)));
  return {
    relations: file('relations.tsv'),
    entities: ending('.entities.tsv'),
    triples: ending('.triples.tsv'),
    cautions: file('cautions.tsv'),
  };
}

/** Little-endian float16. */
function halves(vectors: Float32Array): Uint8Array {
  const bytes = new Uint8Array(vectors.length * 2);
  const view = new DataView(bytes.buffer);
  vectors.forEach((x, i) => {
    setFloat16(view, 2 * i, x, true);
  });
  return bytes;
}

const row = (name: string, { meanRank, reciprocalRank, hitsAt10 }: RankFigures): string =>
  `| ${name} | ${meanRank.toFixed(0)} | ${reciprocalRank.toFixed(3)} | ${(100 * hitsAt10).toFixed(1)} % |`;

/** How well TransE finds triples that it was not trained on, against what guessing and counting find. */
function heldOutReport({ entities, relations, triples }: CheckedSources): string[] {
  const { train, test } = holdOut(triples, 0.03, stream('held-out', 1));
  const count = entities.length;
  const model = trainTransE(count, relations.length, train, stream('transe', 1));
  const embedded = embeddingRanks({ ...model, dimension: TRANSE_DEFAULTS.dimension }, test, triples);
  return [
    `Held-out triples: ${test.length} of ${triples.length}, head and tail asked for among ${count} entities (filtered ranks).`,
    '',
    '| | mean rank | mean reciprocal rank | hits@10 |',
    '|---|---|---|---|',
    row('TransE', embedded),
    row('Frequency at that end of the relation', frequencyRanks(count, train, test, triples)),
    row('Chance', chanceRanks(count, test, triples)),
  ];
}

/**
 * `npm run knowledge`: compiles the sources of the knowledge base into what the playground loads, and says in BUILD.md
 * how large it is and what its embeddings are worth. `--quick` leaves the report out and BUILD.md as it is.
 */
function main(): void {
  const checked = checkSources(readSources());
  const { compiled, vectors } = compileKnowledge(checked);
  const bytes = halves(vectors);
  writeFileSync(join(folder, 'knowledge.json'), `${JSON.stringify(compiled)}\n`);
  writeFileSync(join(folder, compiled.vectors.file), bytes);
  const size = `${checked.entities.length} entities, ${checked.triples.length} triples, ${checked.relations.length} relations, ${checked.cautions.length} cautions about names.`;
  console.log(size);
  if (process.argv.includes('--quick')) return;
  const log = [
    '# The build of the knowledge base',
    '',
    'Written by `npm run knowledge`.',
    '',
    size,
    '',
    `Embeddings: TransE of ${TRANSE_DEFAULTS.dimension} dimensions, ${TRANSE_DEFAULTS.epochs} epochs, float16: ${bytes.length} bytes.`,
    '',
    ...heldOutReport(checked),
    '',
  ].join('\n');
  writeFileSync(join(folder, 'BUILD.md'), log);
  console.log(log);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
