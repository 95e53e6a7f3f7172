import { setFloat16 } from '@petamoriken/float16';
import { describe, expect, it } from 'vitest';
import { compileKnowledge } from '../../../src/core/knowledge/compile.ts';
import { openKnowledge } from '../../../src/core/knowledge/load.ts';
import { checkSources, type KnowledgeSources } from '../../../src/core/knowledge/sources.ts';
import { expectNear } from '../../support/near.ts';

const file = (name: string, ...rows: readonly string[]) => ({
  name,
  text: `${rows.map((r) => r.replaceAll(' | ', '\t')).join('\n')}\n`,
});
const sources = (changes: Partial<KnowledgeSources> = {}): KnowledgeSources => ({
  relations: file(
    'relations.tsv',
    'id | statement | question | headTypes | tailTypes | functional | shape',
    'capital | The capital of {h} is {t} | What is the capital of {h}? | country | city | 1 | ',
    'kind-of | {h} is a kind of {t} | What is {h}? | * | * | 0 | acyclic',
    'borders | {h} borders {t} | What does {h} border? | country | country | 0 | symmetric',
  ),
  entities: [
    file(
      'a.entities.tsv',
      'id | name | aliases | type | description',
      'france | France | Republic of France|la France | country | a country of Europe',
      'paris | Paris |  | city | the capital of France',
    ),
  ],
  triples: [file('a.triples.tsv', 'head | relation | tail', 'france | capital | paris', 'paris | kind-of | france')],
  cautions: file('cautions.tsv', 'name | entity | rule | words', 'paris | paris | not | hilton'),
  ...changes,
});
const withCautions = (...rows: readonly string[]) =>
  sources({ cautions: file('cautions.tsv', 'name | entity | rule | words', ...rows) });
const withTriples = (...rows: readonly string[]) =>
  sources({ triples: [file('a.triples.tsv', 'head | relation | tail', ...rows)] });
const withTwoCountries = (...rows: readonly string[]) => {
  const spain = file('b.entities.tsv', 'id | name | aliases | type | description', 'spain | Spain |  | country | x');
  return { ...withTriples(...rows), entities: [...sources().entities, spain] };
};
const withEntities = (...rows: readonly string[]) =>
  sources({
    entities: [file('a.entities.tsv', 'id | name | aliases | type | description', ...rows)],
    triples: [],
    cautions: withCautions().cautions,
  });

describe('compiling the knowledge base', () => {
  it('gives what can be opened, with a vector for each entity', () => {
    const { compiled, vectors } = compileKnowledge(checkSources(sources()));
    const bytes = new Uint8Array(vectors.length * 2);
    vectors.forEach((x, i) => {
      setFloat16(new DataView(bytes.buffer), 2 * i, x, true);
    });
    const knowledge = openKnowledge(compiled, bytes);
    expect(knowledge.entities.get('france')?.aliases).toEqual(['Republic of France', 'la France']);
    expect(knowledge.link('Paris Hilton').concat(knowledge.link('Paris'))).toHaveLength(1);
    expect(knowledge.triples).toContainEqual({ head: 'france', relation: 'capital', tail: 'paris' });
    const paris = [...(knowledge.vector('paris') ?? [])];
    expectNear(paris, [...vectors.subarray(compiled.vectors.dimension, 2 * compiled.vectors.dimension)], 1e-3);
  });

  it('gives the same bytes each time', () => {
    const [a, b] = [compileKnowledge(checkSources(sources())), compileKnowledge(checkSources(sources()))];
    expect(b).toEqual(a);
  });

  it.each([
    ['an unknown head', withTriples('spain | capital | paris'), /a\.triples\.tsv, line 2: no entity spain/u],
    ['an unknown tail', withTriples('france | capital | lyon'), /no entity lyon/u],
    ['an unknown relation', withTriples('france | likes | paris'), /no relation likes/u],
    ['a head of the wrong type', withTriples('paris | capital | paris'), /capital takes no city as head/u],
    ['a tail of the wrong type', withTriples('france | capital | france'), /capital takes no country as tail/u],
    ['an entity beside itself', withTriples('paris | kind-of | paris'), /paris stands in a relation to itself/u],
    ['half of a symmetric pair', withTwoCountries('france | borders | spain'), /not spain borders france/u],
    [
      'a circle',
      withTwoCountries('france | kind-of | spain', 'spain | kind-of | paris', 'paris | kind-of | france'),
      /kind-of goes in a circle: france, spain, paris/u,
    ],
    [
      'a caution about an unknown entity',
      withCautions('paris | lyon | first | '),
      /cautions\.tsv, line 2: no entity lyon/u,
    ],
    ['a caution about another name', withCautions('france | paris | first | '), /paris is not named france/u],
    ['a caution about no name', withCautions('lyon | * | noun | '), /nothing is named lyon/u],
    ['an unknown caution', withCautions('paris | * | maybe | '), /no rule maybe/u],
    ['a triple twice', withTriples('france | capital | paris', 'france | capital | paris'), /line 3: .* stands twice/u],
    ['an id twice', withEntities('a | A |  | city | x', 'a | B |  | city | y'), /the id a is used twice/u],
    ['a missing description', withEntities('a | A |  | city | '), /a lacks a field/u],
    ['a row of too few fields', withEntities('a | A'), /line 2: 2 fields, not 5/u],
    [
      'another header',
      sources({ triples: [file('a.triples.tsv', 'head | tail')] }),
      /header must be head, relation, tail/u,
    ],
  ])('is refused for %s, naming file and line', (_what, given, message) => {
    expect(() => checkSources(given)).toThrow(message);
  });

  it('is refused for two tails of a functional relation', () => {
    const two = sources({
      entities: [
        ...sources().entities,
        file('b.entities.tsv', 'id | name | aliases | type | description', 'lyon | Lyon |  | city | a city'),
      ],
      triples: [file('t', 'head | relation | tail', 'france | capital | paris', 'france | capital | lyon')],
    });
    expect(() => checkSources(two)).toThrow(/france capital has two tails, paris and lyon/u);
  });

  it('reports all problems at once', () => {
    expect(() => checkSources(withTriples('spain | capital | paris', 'france | likes | paris'))).toThrow(
      /2 problems:\n.*spain\n.*likes/u,
    );
  });
});
