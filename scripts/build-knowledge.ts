import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFloat16 } from '@petamoriken/float16';
import { compileKnowledge } from '../src/core/knowledge/compile.ts';
import { checkSources, type KnowledgeSources } from '../src/core/knowledge/sources.ts';

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

/** Compiles the sources of the knowledge base into what the playground loads: `npm run knowledge`. */
function main(): void {
  const { compiled, vectors } = compileKnowledge(checkSources(readSources()));
  writeFileSync(join(folder, 'knowledge.json'), `${JSON.stringify(compiled)}\n`);
  writeFileSync(join(folder, compiled.vectors.file), halves(vectors));
  console.log(
    `${compiled.entities.id.length} entities, ${compiled.triples.length} triples, ${compiled.relations.length} relations`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
