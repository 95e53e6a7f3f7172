import { specError } from '../errors.ts';
import type { LanguageModel, TokenUsage } from '../model/language-model.ts';
import { armsOf, modelsOf, ONE_MODEL } from './models.ts';
import type { CellRecord, RunNotice, RunRecord } from './record.ts';
import type { RunInput } from './run.ts';
import type { ModelChoice, RunSpec } from './spec.ts';
import { summarise } from './summarise.ts';

/** Gives a model of the experiment. The one before it may be gone then: two large ones seldom fit one machine. */
export type ModelFor = (choice: ModelChoice) => Promise<LanguageModel>;

/**
 * Runs an experiment whose arms name models of their own, one model after another. Data, demonstrations drawn at random and
 * queries are the same for all, so that arms are compared on the same questions.
 * @param run runs the arms of one model.
 */
export async function runAcrossModels(
  { modelFor, onEvent = () => {}, ...input }: RunInput,
  run: (input: RunInput) => Promise<RunRecord>,
): Promise<RunRecord> {
  const { spec } = input;
  if (modelFor === undefined) throw specError(ONE_MODEL);
  const records: { readonly record: RunRecord; readonly arms: readonly string[] }[] = [];
  const told = new Set<string>();
  let done = 0;
  let total = 0;
  let usage: TokenUsage = { asked: 0, computed: 0 };
  for (const choice of modelsOf(spec)) {
    const arms = armsOf(spec, choice);
    const model = await modelFor(choice);
    const { primary: _, ...shared } = spec;
    const record = await run({
      ...input,
      model,
      spec: { ...shared, model: choice, arms: arms.map(({ model: _, ...arm }) => arm) },
      onEvent(event) {
        switch (event.type) {
          case 'started':
            total = (event.total / arms.length) * spec.arms.length;
            if (records.length === 0) onEvent({ type: 'started', total });
            break;
          case 'notice':
            if (!told.has(event.notice.text)) onEvent(event);
            told.add(event.notice.text);
            break;
          case 'cells':
            onEvent({ ...event, done: done + event.done, total, usage: plus(usage, event.usage) });
            break;
          default:
            onEvent(event);
        }
      },
    });
    done += record.cells.length;
    usage = plus(usage, record.usage);
    records.push({ record, arms: arms.map((arm) => arm.id) });
  }
  return joined(spec, records, usage);
}

const plus = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  asked: a.asked + b.asked,
  computed: a.computed + b.computed,
});

function joined(
  spec: RunSpec,
  records: readonly { readonly record: RunRecord; readonly arms: readonly string[] }[],
  usage: TokenUsage,
): RunRecord {
  const [first] = records as [(typeof records)[number]];
  const cells: CellRecord[] = spec.arms.flatMap((arm) =>
    records.flatMap(({ record }) => record.cells.filter((cell) => cell.armId === arm.id)),
  );
  const notices = new Map<string, RunNotice>(
    records.flatMap(({ record }) => record.notices.map((notice) => [notice.text, notice])),
  );
  const embedder = records.find(({ record }) => record.embedder !== undefined)?.record.embedder;
  return {
    ...first.record,
    ...(embedder === undefined ? {} : { embedder }),
    spec,
    usage,
    cells,
    models: records.map(({ record: { model, selfTest }, arms }) => ({ model, selfTest, arms })),
    wallSeconds: records.reduce((sum, { record }) => sum + record.wallSeconds, 0),
    reusedCells: records.reduce((sum, { record }) => sum + record.reusedCells, 0),
    notices: [...notices.values()],
    summary: summarise({
      arms: spec.arms,
      labels: first.record.data.labels,
      cells,
      primary: spec.primary,
      seed: spec.seed,
    }),
  };
}
