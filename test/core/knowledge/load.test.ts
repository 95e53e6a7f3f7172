import { describe, expect, it } from 'vitest';
import type { Assets } from '../../../src/core/assets.ts';
import { type CompiledKnowledge, loadKnowledge, openKnowledge } from '../../../src/core/knowledge/load.ts';
import { statementCue } from '../../../src/core/knowledge/statements.ts';
import { goldenKnowledge } from '../../support/small-world.ts';

const compiled: CompiledKnowledge = {
  version: 1,
  entities: {
    id: ['france', 'paris', 'alone'],
    name: ['France', 'Paris', 'Alone'],
    aliases: [[], ['City of Light'], []],
    type: ['country', 'city', 'thing'],
    description: ['a country', 'a city', 'a thing'],
  },
  relations: [
    {
      id: 'capital',
      statement: 'The capital of {h} is {t}',
      question: 'What is the capital of {h}?',
      functional: true,
    },
  ],
  triples: [[0, 0, 1]],
  cautions: [],
  vectors: { file: 'vectors.bin', dimension: 2, rows: 3 },
};

/** 1 to 6 as little-endian float16. */
const HALVES = [0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600];
const bytes = (): Uint8Array => Uint8Array.from(HALVES.flatMap((half) => [half & 0xff, half >> 8]));

const assets = (files: Readonly<Record<string, Uint8Array>>): Assets => ({
  read: async (path) => {
    const file = files[path];
    if (file === undefined) throw new Error(`no ${path}`);
    return file;
  },
});
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('knowledge base file', () => {
  it('gives entities, triples, links and vectors', () => {
    const knowledge = openKnowledge(compiled, bytes());
    expect(knowledge.entities.get('paris')).toEqual({
      id: 'paris',
      name: 'Paris',
      aliases: ['City of Light'],
      type: 'city',
      description: 'a city',
    });
    expect(knowledge.triples).toEqual([{ head: 'france', relation: 'capital', tail: 'paris' }]);
    expect(knowledge.link('In the City of Light').map((m) => m.entityId)).toEqual(['paris']);
    expect([...(knowledge.vector('paris') ?? [])]).toEqual([3, 4]);
  });

  it('gives no vector to an unknown entity nor to one without triples', () => {
    const knowledge = openKnowledge(compiled, bytes());
    expect(knowledge.vector('alone')).toBeUndefined();
    expect(knowledge.vector('nobody')).toBeUndefined();
    expect(knowledge.vector('__proto__')).toBeUndefined();
  });

  it('reads vectors from bytes that are a part of a larger buffer', () => {
    const larger = new Uint8Array(100);
    larger.set(bytes(), 5);
    const knowledge = openKnowledge(compiled, larger.subarray(5, 17));
    expect([...(knowledge.vector('france') ?? [])]).toEqual([1, 2]);
  });

  it('reads vectors from a Buffer of Node, whose slice is no copy', () => {
    const pooled = Buffer.from(bytes());
    const knowledge = openKnowledge(compiled, pooled);
    expect([...(knowledge.vector('paris') ?? [])]).toEqual([3, 4]);
  });

  it('has a digest that changes with a vector and with a triple, and with nothing else', () => {
    const digest = openKnowledge(compiled, bytes()).digest;
    expect(openKnowledge(structuredClone(compiled), bytes()).digest).toBe(digest);
    const other = bytes();
    other[3] = 0x44;
    expect(openKnowledge(compiled, other).digest).not.toBe(digest);
    expect(openKnowledge({ ...compiled, triples: [] }, bytes()).digest).not.toBe(digest);
  });

  it('refuses vectors that do not fit, saying what to do', () => {
    expect(() => openKnowledge(compiled, bytes().subarray(2))).toThrow(/does not fit.*Run "npm run knowledge"/su);
    expect(() => openKnowledge({ ...compiled, vectors: { ...compiled.vectors, rows: 2 } }, bytes())).toThrow(/fit/u);
  });

  it('refuses a triple that points at no entity', () => {
    expect(() => openKnowledge({ ...compiled, triples: [[0, 0, 99]] }, bytes())).toThrow();
  });

  it('is loaded from its files, and a broken one is refused with its name', async () => {
    const good = { 'knowledge/knowledge.json': json(compiled), 'knowledge/vectors.bin': bytes() };
    expect((await loadKnowledge(assets(good))).entities.size).toBe(3);
    const old = { ...good, 'knowledge/knowledge.json': json({ ...compiled, version: 2 }) };
    await expect(loadKnowledge(assets(old))).rejects.toThrow(/knowledge\/knowledge\.json cannot be read/u);
  });

  it('that is no JSON is refused with its name', async () => {
    const cut = { 'knowledge/knowledge.json': json(compiled).subarray(0, 40), 'knowledge/vectors.bin': bytes() };
    await expect(loadKnowledge(assets(cut))).rejects.toThrow(/knowledge\/knowledge\.json/u);
  });
});

describe('statement with its tail left open', () => {
  const knowledge = goldenKnowledge();
  const cue = (head: string, relation: string): string | undefined =>
    statementCue(knowledge, { head, relation, tail: 'paris' });

  it('ends before the tail, without a space, and begins with a capital', () => {
    expect(cue('france', 'capital')).toBe('The capital of France is');
    expect(cue('louvre', 'in')).toBe('The Louvre stands in');
  });

  it('is left out where an id is unknown', () => {
    expect(cue('atlantis', 'capital')).toBeUndefined();
    expect(cue('france', 'toString')).toBeUndefined();
  });

  it('keeps slots that are part of a name', () => {
    const odd = {
      ...knowledge,
      entities: new Map([['x', { ...[...knowledge.entities.values()][0], name: 'a {t} b' }]]),
    };
    expect(statementCue(odd as typeof knowledge, { head: 'x', relation: 'capital', tail: '' })).toBe(
      'The capital of a {t} b is',
    );
  });
});
