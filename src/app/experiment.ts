import { datasetCatalog } from '../core/data/bundled.ts';
import { OWN } from '../core/data/own.ts';
import { canonicalJson } from '../core/hash.ts';
import type { ResultDigest } from '../core/link/digest.ts';
import { decodeLink, type EncodedLink, encodeLink } from '../core/link/link.ts';
import type { LinkPayload } from '../core/link/payload.ts';
import { modelsOf } from '../core/run/models.ts';
import type { RunRecord } from '../core/run/record.ts';
import type { RunSpec } from '../core/run/spec.ts';
import type { Experiment, ExperimentState, Results } from '../panels/host.ts';
import { modelProblem } from './engines.ts';

/** The experiment without the notes of what it was made with, which change no number. */
function bare({ data, model, ...spec }: RunSpec): unknown {
  const { engine, id, prompt = 'plain' } = model;
  return { ...spec, data: { id: data.id }, model: { engine, id, prompt } };
}

const rowsOf = ({ spec, rows }: Experiment) => (spec.data.id === OWN && rows !== undefined ? { rows } : {});

export const sameExperiment = (a: Experiment, b: Experiment): boolean =>
  canonicalJson([bare(a.spec), rowsOf(a)]) === canonicalJson([bare(b.spec), rowsOf(b)]);

/** The experiment with what it was run on, so that whoever opens it is told when that differs. */
const pinned = (spec: RunSpec, record: RunRecord): RunSpec => ({
  ...spec,
  data: { ...spec.data, digest: record.data.digest },
  model: { ...spec.model, revision: record.model.revision },
});

/** The link of the edited experiment, with a digest of the result where there is one of just this experiment. */
export function linkOf(
  experiment: Experiment,
  results: Results | null,
  digest: (r: RunRecord) => ResultDigest,
): EncodedLink {
  const rows = rowsOf(experiment);
  const record = results !== null && sameExperiment(results.experiment, experiment) ? results.record : null;
  if (record === null) return encodeLink({ spec: experiment.spec, ...rows });
  return encodeLink({ spec: pinned(experiment.spec, record), ...rows, result: digest(record) });
}

export type OpenedLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'bad'; readonly problem: string }
  | { readonly kind: 'good'; readonly state: ExperimentState };

function unknownPart({ spec }: LinkPayload): string | null {
  const { id } = spec.data;
  if (id !== OWN && !datasetCatalog.some((entry) => entry.id === id)) {
    return `This page has no data set "${id}". It has: ${datasetCatalog.map((d) => d.id).join(', ')}.`;
  }
  return (
    modelsOf(spec)
      .map(modelProblem)
      .find((problem) => problem !== null) ?? null
  );
}

/** What the fragment of the address asks for. */
export function openHash(hash: string): OpenedLink {
  if (hash === '' || hash === '#') return { kind: 'none' };
  const decoded = decodeLink(hash);
  if (!decoded.ok) return { kind: 'bad', problem: decoded.problem };
  const problem = unknownPart(decoded.payload);
  if (problem !== null) return { kind: 'bad', problem };
  const { spec, rows, result } = decoded.payload;
  return {
    kind: 'good',
    state: { experiment: { spec, ...(rows === undefined ? {} : { rows }) }, promised: result ?? null },
  };
}
