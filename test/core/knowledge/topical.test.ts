import { expect, it } from 'vitest';
import { topicalEntities } from '../../../src/core/knowledge/topical.ts';
import { entity, knowledgeOf } from '../../support/small-world.ts';

it('units and quantities are linked, but do not count for relevance', () => {
  const knowledge = knowledgeOf([
    entity('year', 'year', [], '', 'unit'),
    entity('time', 'time', [], '', 'quantity'),
    entity('dog', 'dog', [], '', 'animal'),
  ]);
  const text = 'A dog sleeps most of its time in the first year.';
  expect(knowledge.link(text)).toHaveLength(3);
  expect(topicalEntities(knowledge, text)).toEqual(['dog']);
});
