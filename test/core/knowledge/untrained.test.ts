import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSources } from '../../../scripts/build-knowledge.ts';
import { dataFolder } from '../../../scripts/eval-model/data.ts';
import { assets } from '../../../src/cli/resources.ts';
import { loadKnowledge } from '../../../src/core/knowledge/load.ts';
import { checkSources } from '../../../src/core/knowledge/sources.ts';
import { loadUntrained } from '../../../src/core/knowledge/untrained.ts';
import { factQuestions } from '../../../src/core/probe/facts.ts';
import { words } from '../../../src/core/words.ts';

const knowledge = await loadKnowledge(assets);
const { triples, wordings } = await loadUntrained(assets, knowledge);
const sources = checkSources(readSources());
const text = ({ head, relation, tail }: (typeof triples)[number]) => `${head} ${relation} ${tail}`;
const pair = (a: string, b: string) => [a, b].sort().join(' ');
const rule = new Map(sources.relations.map((relation) => [relation.id, relation]));

describe('untrained facts', () => {
  it('are many, of many relations, each once', () => {
    expect(triples.length).toBeGreaterThanOrEqual(330);
    expect(new Set(triples.map(({ relation }) => relation)).size).toBeGreaterThanOrEqual(20);
    const pairs = triples.map(({ head, tail }) => pair(head, tail));
    expect(pairs.filter((p, i) => pairs.indexOf(p) !== i)).toEqual([]);
  });

  it('connect entities that no triple of the knowledge base connects, in its sources and as it is loaded', () => {
    const id = (i: number) => sources.entities[i]?.id ?? '';
    const connected = new Set([
      ...sources.triples.map(([h, , t]) => pair(id(h), id(t))),
      ...knowledge.triples.map(({ head, tail }) => pair(head, tail)),
    ]);
    expect(triples.filter(({ head, tail }) => connected.has(pair(head, tail))).map(text)).toEqual([]);
  });

  it('give no relation that has one tail a second one', () => {
    const once = triples.filter(({ relation }) => rule.get(relation)?.functional === true);
    const subject = ({ head, relation }: (typeof triples)[number]) => `${head} ${relation}`;
    const taken = [...knowledge.triples.map(subject), ...once.map(subject)];
    expect(once.filter((triple) => taken.filter((s) => s === subject(triple)).length > 1).map(text)).toEqual([]);
  });

  it('have heads and tails of the types that their relation takes', () => {
    const takes = (types: readonly string[] | undefined, entity: string) =>
      types?.some((type) => type === '*' || type === knowledge.entities.get(entity)?.type);
    const wrong = triples.filter(({ head, relation, tail }) => {
      return !takes(rule.get(relation)?.heads, head) || !takes(rule.get(relation)?.tails, tail);
    });
    expect(wrong.map(text)).toEqual([]);
  });

  it('are not told by the description of head or tail, which are training text too', () => {
    const named = (entity: string, within: string) => {
      const { name = '', aliases = [] } = knowledge.entities.get(entity) ?? {};
      const told = ` ${words(knowledge.entities.get(within)?.description ?? '').join(' ')} `;
      return [name, ...aliases].some((alias) => told.includes(` ${words(alias).join(' ')} `));
    };
    expect(triples.filter(({ head, tail }) => named(head, tail) || named(tail, head)).map(text)).toEqual([]);
  });

  it('can all be asked: 19 other entities are of the type of the tail', () => {
    expect(factQuestions(knowledge, triples, { alsoTrue: triples })).toHaveLength(triples.length);
  });

  const file = join(dataFolder, 'facts', 'triples.tsv');
  it.skipIf(!existsSync(file))('are not among the public facts that training reads (KNOWSHOT_DATA)', () => {
    const key = (name: string) => name.toLowerCase();
    const told = new Set(
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([subject = '', , object = '']) => pair(key(subject), key(object))),
    );
    const names = (id: string) => [
      knowledge.entities.get(id)?.name ?? '',
      ...(knowledge.entities.get(id)?.aliases ?? []),
    ];
    const seen = triples.filter(({ head, tail }) =>
      names(head).some((h) => names(tail).some((t) => told.has(pair(key(h), key(t))))),
    );
    expect(told.size).toBeGreaterThan(10_000);
    expect(seen.map(text)).toEqual([]);
  });
});

describe('the wordings of the fact probe', () => {
  it('are those that training keeps out', () => {
    const script = readFileSync(fileURLToPath(new URL('../../../training/knowledge.py', import.meta.url)), 'utf8');
    const table = /^HELD_OUT = \{\n([\s\S]*?)^\}/mu.exec(script)?.[1] ?? '';
    const kept = [...table.matchAll(/"([a-z-]+)": "([^"]+)"/gu)].map(([, id, before]) => [id, `${before} {t}`]);
    expect(Object.fromEntries(wordings)).toEqual(Object.fromEntries(kept));
  });

  it('are for every relation, and none is the trained one', () => {
    for (const { id, statement } of knowledge.relations.values()) expect(wordings.get(id)).not.toBe(statement);
    expect([...wordings.keys()].sort()).toEqual([...knowledge.relations.keys()].sort());
  });
});
