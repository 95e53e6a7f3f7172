import { datasetDigest } from '../../src/core/data/card.ts';
import type { Dataset, Example, Label } from '../../src/core/data/example.ts';
import { EntityLinker } from '../../src/core/knowledge/linker.ts';
import type { Entity, Knowledge, Relation, Triple } from '../../src/core/knowledge/types.ts';

export const entity = (
  id: string,
  name: string,
  aliases: readonly string[] = [],
  description = '',
  type = 'thing',
): Entity => ({ id, name, aliases, description, type });

/** A knowledge base from plain lists; vectors by entity id. */
export function knowledgeOf(
  entities: readonly Entity[],
  vectors: Readonly<Record<string, readonly number[]>> = {},
  relations: readonly Relation[] = [],
  triples: readonly Triple[] = [],
): Knowledge {
  const linker = new EntityLinker(entities, () => []);
  return {
    digest: 'd'.repeat(64),
    entities: new Map(entities.map((e) => [e.id, e])),
    relations: new Map(relations.map((r) => [r.id, r])),
    triples,
    link: (text) => linker.link(text),
    vector: (id) => (Object.hasOwn(vectors, id) ? Float32Array.from(vectors[id] ?? []) : undefined),
  };
}

/** The entities and vectors of METHODS 13.1. */
export const goldenKnowledge = (triples: readonly Triple[] = cityTriples): Knowledge =>
  knowledgeOf(
    [
      entity('paris', 'Paris', [], 'the capital of France', 'city'),
      entity('france', 'France', [], 'a country of Europe', 'country'),
      entity('seine', 'Seine', [], 'a river of France', 'river'),
      entity('louvre', 'Louvre', [], 'a museum of Paris', 'museum'),
      entity('eiffel', 'Eiffel Tower', [], 'an iron tower of Paris', 'landmark'),
      entity('python', 'Python', [], 'a programming language', 'language'),
      entity('guido', 'Guido van Rossum', ['Guido'], 'a programmer', 'person'),
      entity('java', 'Java', [], 'a programming language', 'language'),
    ],
    {
      paris: [1, 0],
      france: [0.9, 0.1],
      seine: [0.8, 0.3],
      louvre: [0.9, 0.2],
      eiffel: [1, 0.1],
      python: [0, 1],
      guido: [0.1, 0.9],
      java: [0.05, 1],
    },
    [
      {
        id: 'capital',
        statement: 'The capital of {h} is {t}',
        question: 'What is the capital of {h}?',
        functional: true,
      },
      { id: 'author', statement: '{h} was made by {t}', question: 'Who made {h}?', functional: true },
      { id: 'in', statement: 'the {h} stands in {t}', question: 'Where does the {h} stand?', functional: false },
    ],
    triples,
  );

export const cityTriples: readonly Triple[] = [
  { head: 'france', relation: 'capital', tail: 'paris' },
  { head: 'python', relation: 'author', tail: 'guido' },
  { head: 'louvre', relation: 'in', tail: 'paris' },
  { head: 'eiffel', relation: 'in', tail: 'paris' },
];

export const labels: readonly Label[] = [
  { id: 'place', words: ['place'] },
  { id: 'tech', words: ['technology', 'tech'] },
];

export const example = (id: string, text: string, label: string): Example => ({ id, text, label });

const poolTexts: readonly [string, string][] = [
  ['Paris is the pride of France.', 'place'],
  ['Python was the idea of Guido.', 'tech'],
  ['The Seine passes the Louvre in Paris.', 'place'],
  ['A new Java release came out on Monday.', 'tech'],
  ['The Eiffel Tower shines at night.', 'place'],
  ['Programmers argue about tabs and spaces.', 'tech'],
  ['France has mild winters near the sea.', 'place'],
  ['The compiler refused the last line.', 'tech'],
  ['Visitors queue before the Louvre every day.', 'place'],
  ['Guido answered questions about Python and Java.', 'tech'],
];

const evalTexts: readonly [string, string][] = [
  ['From the Eiffel Tower all of Paris lies below you.', 'place'],
  ['Guido never liked how Java does it.', 'tech'],
  ['The Seine froze in a hard winter.', 'place'],
  ['Her script in Python runs for hours.', 'tech'],
  ['A bridge crosses the river at noon.', 'place'],
  ['The update broke the build again.', 'tech'],
];

const rows = (texts: readonly [string, string][], prefix: string): Example[] =>
  texts.map(([text, label], i) => example(`${prefix}${i + 1}`, text, label));

export function smallDataset(changes: Partial<Omit<Dataset, 'digest'>> = {}): Dataset {
  const dataset = {
    id: 'small',
    title: 'Small world',
    labels,
    template: { instruction: 'Sort the sentences.', inputNames: ['Sentence'], labelName: 'Topic' },
    demoPool: rows(poolTexts, 'p'),
    evalSet: rows(evalTexts, 'e'),
    ...changes,
  };
  return { ...dataset, digest: datasetDigest(dataset) };
}
