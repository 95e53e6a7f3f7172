import { OWN } from '../core/data/own.ts';
import { canonicalJson } from '../core/hash.ts';
import type { RunSpec } from '../core/run/spec.ts';
import type { Experiment } from '../panels/host.ts';

/** The experiment without the notes of what it was made with, which change no number. */
function bare({ data, model, embedder, ...spec }: RunSpec): unknown {
  const { engine, id, prompt = 'plain' } = model;
  const beside = embedder === undefined ? {} : { embedder: embedder.id };
  return { ...spec, ...beside, data: { id: data.id }, model: { engine, id, prompt } };
}

/** Own rows, where the experiment is about them. */
export const rowsOf = ({ spec, rows }: Experiment) => (spec.data.id === OWN && rows !== undefined ? { rows } : {});

export const sameExperiment = (a: Experiment, b: Experiment): boolean =>
  canonicalJson([bare(a.spec), rowsOf(a)]) === canonicalJson([bare(b.spec), rowsOf(b)]);
