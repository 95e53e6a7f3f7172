import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { datasetCatalog, loadDataset } from '../../../src/core/data/bundled.ts';
import { fullText } from '../../../src/core/data/example.ts';
import { type CompiledKnowledge, loadKnowledge } from '../../../src/core/knowledge/load.ts';
import { statementCue } from '../../../src/core/knowledge/statements.ts';

const path = (name: string): URL => new URL(`../../../public/${name}`, import.meta.url);
const assets = { read: async (name: string) => new Uint8Array(readFileSync(path(name))) };
const sets = datasetCatalog
  .map((entry) => entry.id)
  .filter((id) =>
    ['card.json', 'pool.jsonl', 'eval.jsonl'].every((file) => existsSync(path(`datasets/${id}/${file}`))),
  );

describe('bundled knowledge base', async () => {
  const compiled = JSON.parse(readFileSync(path('knowledge/knowledge.json'), 'utf8')) as CompiledKnowledge;
  const knowledge = await loadKnowledge(assets);

  it('has at least 400 entities and 1,200 triples', () => {
    expect(knowledge.entities.size).toBeGreaterThanOrEqual(400);
    expect(knowledge.triples.length).toBeGreaterThanOrEqual(1200);
  });

  it('has columns of one length and ids that occur once', () => {
    const { id, name, aliases, type, description } = compiled.entities;
    expect(new Set([id, name, aliases, type, description].map((column) => column.length)).size).toBe(1);
    expect(new Set(id).size).toBe(id.length);
    expect(new Set(compiled.relations.map((r) => r.id)).size).toBe(compiled.relations.length);
  });

  it('has a name, a type and a description for every entity', () => {
    const poor = [...knowledge.entities.values()].filter((e) =>
      [e.name, e.type, e.description].some((t) => t.trim() === ''),
    );
    expect(poor.map((e) => e.id)).toEqual([]);
  });

  it('has no triple that points at nothing, and none twice', () => {
    const { entities, relations, triples } = knowledge;
    const dangling = triples.filter(
      (t) => !entities.has(t.head) || !entities.has(t.tail) || !relations.has(t.relation),
    );
    expect(dangling).toEqual([]);
    const keys = triples.map((t) => `${t.head} ${t.relation} ${t.tail}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(triples.filter((t) => t.head === t.tail)).toEqual([]);
  });

  it('has one tail for each head of a functional relation', () => {
    const tails = new Map<string, Set<string>>();
    for (const { head, relation, tail } of knowledge.triples) {
      if (knowledge.relations.get(relation)?.functional !== true) continue;
      const key = `${head} ${relation}`;
      tails.set(key, (tails.get(key) ?? new Set()).add(tail));
    }
    expect([...tails].filter(([, set]) => set.size > 1).map(([key, set]) => `${key}: ${[...set].join(', ')}`)).toEqual(
      [],
    );
  });

  it('has statements that end with the tail, each slot once, head first', () => {
    for (const { id, statement } of knowledge.relations.values()) {
      expect(statement, id).toMatch(/^[^{}]*\{h\}[^{}]*\{t\}$/u);
    }
  });

  it('gives every triple an open sentence without a slot or a space at its end', () => {
    const cues = knowledge.triples.map((triple) => statementCue(knowledge, triple) ?? '');
    expect(cues.filter((cue) => !/^\P{Ll}[^{}]*[^{}\s]$/u.test(cue))).toEqual([]);
  });

  it('has a vector of unit length for every entity of a triple', () => {
    const used = new Set(knowledge.triples.flatMap((t) => [t.head, t.tail]));
    const wrong = [...used].filter((id) => {
      const vector = knowledge.vector(id);
      return vector === undefined || Math.abs(Math.hypot(...vector) - 1) > 1e-3;
    });
    expect(wrong).toEqual([]);
  });

  it('puts entities of one relation nearer than strangers', () => {
    const ids = [...new Set(knowledge.triples.flatMap((t) => [t.head, t.tail]))];
    const gap = (a: string, b: string): number => {
      const [x, y] = [knowledge.vector(a), knowledge.vector(b)];
      return x === undefined || y === undefined ? 0 : x.reduce((sum, v, k) => sum + (v - (y[k] as number)) ** 2, 0);
    };
    const capitals = knowledge.triples.filter((t) => t.relation === 'continent');
    const pairs = capitals.flatMap((a, i) => capitals.slice(i + 1, i + 6).map((b) => [a, b] as const));
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const same = mean(pairs.filter(([a, b]) => a.tail === b.tail).map(([a, b]) => gap(a.head, b.head)));
    const strangers = mean(ids.slice(1).map((id, i) => gap(id, ids[(i * 37 + 11) % ids.length] as string)));
    expect(same).toBeLessThan(strangers);
  });

  it('links the name of nearly every entity back to it', () => {
    const lost = [...knowledge.entities.values()].filter(
      (e) => !knowledge.link(`We read about ${e.name} today.`).some((m) => m.entityId === e.id),
    );
    expect(lost.length / knowledge.entities.size, lost.map((e) => e.name).join(', ')).toBeLessThan(0.03);
  });

  it.each(sets)('links no function word in the set %s', async (id) => {
    const dataset = await loadDataset(assets, id);
    const functionWords = new Set(
      'a an and are as at be been but by can could did do does for from had has have he her his how i if in is it its may might must my no not of on or our she should so than that the their them then there they this to up us was we were what when where which who why will with would you your'.split(
        ' ',
      ),
    );
    const wrong = [...dataset.demoPool, ...dataset.evalSet].flatMap((e) => {
      const text = fullText(e);
      return knowledge.link(text).flatMap((m) => {
        const surface = text.slice(m.start, m.end);
        // A capital inside a sentence may be a title: It, Up.
        const title = /^\p{Lu}/u.test(surface) && /[\p{Ll},] $/u.test(text.slice(0, m.start));
        const noun = /\b(?:an?|the|her|his|their)(?: \w+)? $/u.test(text.slice(0, m.start));
        return functionWords.has(surface.toLowerCase()) && !title && !noun ? [`${surface} = ${m.entityId}`] : [];
      });
    });
    expect([...new Set(wrong)]).toEqual([]);
  });

  it.each(sets)('links most texts of the set %s', async (id) => {
    const dataset = await loadDataset(assets, id);
    const all = [...dataset.demoPool, ...dataset.evalSet];
    const mentions = all.map((e) => knowledge.link(fullText(e)).length);
    const coverage = mentions.filter((n) => n > 0).length / all.length;
    const each = mentions.reduce((a, b) => a + b, 0) / all.length;
    console.info(
      `${id}: ${(100 * coverage).toFixed(1)} % of ${all.length} texts linked, ${each.toFixed(2)} mentions a text`,
    );
    expect(coverage).toBeGreaterThanOrEqual(0.6);
  });
});
