import { say } from '../../src/cli/output.ts';
import { loadModel } from '../../src/cli/resources.ts';
import { canonicalJson } from '../../src/core/hash.ts';
import type { LanguageModel } from '../../src/core/model/language-model.ts';
import { dataFolder, hasData } from '../eval-model/data.ts';
import type { Models } from './answer.ts';
import { factJob, type Job, setJob } from './jobs.ts';
import { bundledSets, MINI, PLAIN, publicSets, runs } from './plan.ts';
import { type ClaimRecord, dropRecord, identityOf, readRecords, writeRecord } from './record.ts';
import { materials } from './sets.ts';

interface RecordOptions {
  readonly folder: string;
  /** No run is begun after this many. */
  readonly minutes: number;
  /** The most queries of a set, to try the command; the page is about the plan's own numbers. */
  readonly limit: number;
  /** Only runs whose name, `run-set`, holds this. */
  readonly only: string;
}

/**
 * Runs what has no record yet for these specs, models, data and knowledge, and says what is left undone.
 * @returns whether every run was made or is recorded.
 */
export async function recordRuns({ folder, minutes, limit, only }: RecordOptions): Promise<boolean> {
  const until = Date.now() + minutes * 60_000;
  const loaded = new Map<string, Promise<LanguageModel>>();
  const models: Models = (id) => {
    const model = loaded.get(id) ?? loadModel({ engine: MINI.engine, id });
    loaded.set(id, model);
    return model;
  };
  if (!hasData()) say(`skipped: the public sets, as there is no ${dataFolder}; set KNOWSHOT_DATA`);
  const jobs = await jobsOf(models, limit, only);
  const builds = await Promise.all([MINI, PLAIN].map(async ({ id }) => identityOf((await models(id)).identity)));
  const kept = readRecords(folder).filter((record) => {
    const job = jobs.find(({ plan, set }) => plan.id === record.run && set === record.set);
    const fits = job === undefined ? isPlanned(record) && isOf(builds, record) : job.key === record.key;
    if (!fits) dropRecord(folder, record);
    return fits;
  });
  const left = jobs.filter(({ key }) => !kept.some((record) => record.key === key));
  say(`${jobs.length} runs, ${jobs.length - left.length} of them recorded before`);
  const undone: string[] = [];
  for (const [i, { plan, set, make }] of left.entries()) {
    const name = `${plan.id}-${set}`;
    if (Date.now() > until) {
      undone.push(name);
      continue;
    }
    try {
      const record = await make();
      writeRecord(folder, record);
      say(`${i + 1} of ${left.length}: ${name}, ${record.tokens.computed} tokens, ${record.seconds} s`);
    } catch (error) {
      // One run that cannot be made leaves the others as they are.
      say(`${i + 1} of ${left.length}: ${name} failed: ${(error as Error).message}`);
      undone.push(name);
    }
  }
  if (undone.length > 0) say(`Not made, run again: ${undone.join(', ')}`);
  for (const model of loaded.values()) (await model).dispose();
  return undone.length === 0;
}

/** Bundled sets first: the verdicts rest on them. */
async function jobsOf(models: Models, limit: number, only: string): Promise<Job[]> {
  const sets = materials();
  const jobs: Job[] = [];
  for (const setsOf of hasData() ? [bundledSets, publicSets] : [bundledSets]) {
    for (const plan of runs.map((own) => ({ ...own, limit: Math.min(limit, own.limit) }))) {
      for (const set of setsOf(plan).filter((id) => `${plan.id}-${id}`.includes(only))) {
        jobs.push(plan.kind === 'facts' ? await factJob(plan, models) : await setJob(plan, set, sets, models));
      }
    }
  }
  return jobs;
}

/** Records of public sets stay where their data are not at hand. */
const isPlanned = ({ run, set }: ClaimRecord): boolean =>
  runs.some((plan) => plan.id === run && [...bundledSets(plan), ...publicSets(plan)].includes(set));

const isOf = (builds: ClaimRecord['models'], { models }: ClaimRecord): boolean =>
  models.every((own) => builds.some((build) => canonicalJson(build) === canonicalJson(own)));
