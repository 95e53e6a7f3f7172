import { datasetCatalog } from '../core/data/bundled.ts';
import { OWN } from '../core/data/own.ts';
import { resultDigest } from '../core/link/digest.ts';
import { decodeLink, type EncodedLink, encodeLink } from '../core/link/link.ts';
import type { LinkPayload } from '../core/link/payload.ts';
import { modelsOf } from '../core/run/models.ts';
import type { RunRecord } from '../core/run/record.ts';
import type { RunSpec } from '../core/run/spec.ts';
import type { Experiment, ExperimentState, Results } from '../panels/host.ts';
import { embedderProblem, modelProblem } from './engines.ts';
import { rowsOf, sameExperiment } from './experiment.ts';

/** The experiment with what it was run on, so that whoever opens it is told when that differs. */
const pinned = (spec: RunSpec, record: RunRecord): RunSpec => ({
  ...spec,
  data: { ...spec.data, digest: record.data.digest },
  model: { ...spec.model, revision: record.model.revision },
  ...(spec.embedder === undefined || record.embedder === undefined
    ? {}
    : { embedder: { id: spec.embedder.id, revision: record.embedder.revision } }),
});

/** The link of the edited experiment, with a digest of the result where there is one of just this experiment. */
export function linkOf(experiment: Experiment, results: Results | null): EncodedLink {
  const rows = rowsOf(experiment);
  const record = results !== null && sameExperiment(results.experiment, experiment) ? results.record : null;
  if (record === null) return encodeLink({ spec: experiment.spec, ...rows });
  return encodeLink({ spec: pinned(experiment.spec, record), ...rows, result: resultDigest(record) });
}

export type OpenedLink =
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
      .find((problem) => problem !== null) ?? (spec.embedder === undefined ? null : embedderProblem(spec.embedder))
  );
}

/** What a fragment that is not empty asks for. */
export function openLink(hash: string): OpenedLink {
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
