import type { Dataset } from '../data/example.ts';
import type { Selected, SelectFor } from '../demos/selector.ts';
import { digestOf } from '../hash.ts';
import { topicalMentions } from '../knowledge/topical.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import { optionsForm } from '../prompt/answers.ts';
import { trialStream, type Work } from '../run/cell.ts';
import { answerWith } from '../run/cells.ts';
import { answererOf } from '../run/methods.ts';
import type { CellRecord } from '../run/record.ts';
import type { Arm, RunSpec } from '../run/spec.ts';
import type { Probe, ProbeTools } from './probes.ts';
import { SYMBOLS } from './symbols.ts';

/** Why a probe says nothing about an arm on a set; `null` where it does. */
export function probeProblem(probe: Probe, arm: Arm, spec: RunSpec, dataset: Dataset): string | null {
  const form = optionsForm(dataset, spec.template ?? dataset.template);
  const answerer = answererOf(arm);
  if (arm.shots === 0 || answerer.ignores.includes('select')) return 'This arm reads no demonstrations.';
  if (probe.symbols === true && form !== null) return 'Each question has options of its own: no label can be renamed.';
  if (probe.symbols === true && dataset.labels.length > SYMBOLS.length)
    return `There are ${SYMBOLS.length} symbols, and this set has ${dataset.labels.length} labels.`;
  if (probe.id === 'no-labels' && arm.answer.type !== 'model')
    return 'Only a model that is asked for the label can read demonstrations without one.';
  return null;
}

/** The selection with its demonstrations broken by a probe; which ones are chosen is left as it was. */
export function probed(select: SelectFor, probe: Probe, tools: ProbeTools): SelectFor {
  const broken = (chosen: readonly Selected[]): Selected[] => {
    const changed = probe.apply(
      chosen.map(({ example }) => example),
      tools,
    );
    return chosen.map((demo, i) => ({ ...demo, ...changed[i] }));
  };
  const probedSelect = (query: Parameters<SelectFor>[0]) => broken(select(query));
  const { sets } = select;
  return sets === undefined
    ? probedSelect
    : Object.assign(probedSelect, { sets: (query: Parameters<SelectFor>[0]) => sets(query).map(broken) });
}

/** What a probe is answered with: what was remembered for intact demonstrations is not used for broken ones. */
function workOf({ setting, ...work }: Work, { id }: Probe): Work {
  return { ...work, setting: { ...setting, remember: (key, make) => setting.remember(['probe', id, key], make) } };
}

function toolsOf({ setting }: Work, probe: Probe, trial: number): ProbeTools {
  return {
    mentions: (text) => topicalMentions(setting.knowledge, text),
    labelsOf: (example) => setting.answersOf(example).labels.map(({ id }) => id),
    random: (...name) => trialStream(setting, trial, 'probe', probe.id, ...name),
  };
}

const SLICE = 10;

export interface ProbeInput {
  /** What each probe works with: those with symbols have label words of their own. */
  readonly workFor: (probe: Probe) => Promise<Work>;
  readonly arm: Arm;
  readonly probes: readonly Probe[];
  /** How many queries are asked, from the first. */
  readonly limit: number;
  readonly trials: number;
  readonly signal: AbortSignal;
  readonly onCells: (cells: readonly CellRecord[]) => void;
}

/**
 * The answers of one arm with its demonstrations broken in several ways. All probes answer a slice of the queries before
 * any goes on. The records are named by their probe.
 */
export async function runProbes(input: ProbeInput): Promise<CellRecord[]> {
  const { workFor, arm, probes, limit, trials, signal, onCells } = input;
  const done: CellRecord[] = [];
  for (let start = 0; start < limit; start += SLICE) {
    for (let trial = 0; trial < trials; trial++) {
      for (const probe of probes) {
        throwIfAborted(signal);
        const work = workOf(await workFor(probe), probe);
        const select = await work.selections.of(arm, trial);
        const queries = work.setting.queries.slice(start, Math.min(limit, start + SLICE));
        const cells = queries.map((query) => ({ arm, trial, query }));
        const records = await answerWith(work, probed(select, probe, toolsOf(work, probe, trial)), cells);
        const named = records.map((record) => ({
          ...record,
          armId: probe.id,
          key: digestOf({ probe: probe.id, of: record.key }),
        }));
        done.push(...named);
        onCells(named);
      }
    }
  }
  return done;
}
