import { assets } from '../../src/cli/resources.ts';
import { loadDataset } from '../../src/core/data/bundled.ts';
import type { Dataset } from '../../src/core/data/example.ts';
import { ownDataset } from '../../src/core/data/own.ts';
import { loadKnowledge } from '../../src/core/knowledge/load.ts';
import { parseSpec, type RunSpec } from '../../src/core/run/spec.ts';

export const knowledge = await loadKnowledge(assets);

export const MODEL_ID = 'knowshot-mini';

export function experiment(data: string, limit: number, arm: Record<string, unknown>): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: data },
    model: { engine: 'embedded', id: MODEL_ID },
    limit,
    arms: [{ id: 'arm', name: 'arm', ...arm }],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

export const bundled = (id: string): Promise<Dataset> => loadDataset(assets, id);

/** The rows of a bundled set over and over, each copy with a word of its own in front, and as many labels as asked. */
export async function grown(id: string, queries: number, labels: number): Promise<Dataset> {
  const base = await bundled(id);
  const names = Array.from({ length: labels }, (_, i) => base.labels[i]?.id ?? `class${i}`);
  const grow = (rows: Dataset['evalSet'], count: number) =>
    Array.from({ length: count }, (_, i) => {
      const row = rows[i % rows.length] as (typeof rows)[number];
      const copy = Math.floor(i / rows.length);
      return {
        text: copy === 0 ? row.text : `Note ${copy}: ${row.text}`,
        label: labels === base.labels.length ? row.label : (names[i % labels] as string),
      };
    });
  return ownDataset({
    title: base.title,
    labels: names.map((name) => ({ id: name, words: [name] })),
    template: { ...base.template, inputNames: [...base.template.inputNames] },
    pool: grow(base.demoPool, Math.max(400, labels * 2)),
    eval: grow(base.evalSet, queries),
  });
}
