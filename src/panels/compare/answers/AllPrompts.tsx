import type { Example } from '../../../core/data/example.ts';
import { allPrompts, type AllPrompts as Found } from '../../../core/run/all-prompts.ts';
import { answererOf, calibratorOf } from '../../../core/run/methods.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import type { Arm, RunSpec } from '../../../core/run/spec.ts';
import { Button } from '../../../ui/Button.tsx';
import { Alert } from '../../../ui/feedback.tsx';
import { plural } from '../../../ui/format.ts';
import { isBusy, type Results, useStatus } from '../../host.ts';
import { JobLine } from '../../JobLine.tsx';
import { useJob } from '../../job.ts';
import { useWork } from '../../work.ts';
import { PromptList } from './PromptList.tsx';
import { answerText, predicted } from './rows.ts';
import { agree, answerLines, priorLines } from './shares.ts';

/** What an answer was put together from beside the prompt that is shown; `null` where that one is all. */
function partsOf(arm: Arm, cell: CellRecord): string | null {
  const asks = cell.review?.asks.length ?? 1;
  const answerer = answererOf(arm);
  const ownPrior =
    cell.prior !== null && calibratorOf(arm).reference === undefined && arm.calibrate.type !== 'label-frequency';
  const parts = [
    ...(asks > 1 ? [`${plural(asks, 'prompt')} whose answers are brought together`] : []),
    ...(answerer.asks && !answerer.wordFollows ? ['one prompt for each label'] : []),
    ...(ownPrior ? ['the prompts of the prior'] : []),
  ];
  return cell.segments.length === 0 || parts.length === 0 ? null : parts.join(', and ');
}

/** The experiment with this arm alone, on the arm's own model where it names one. */
function alone({ primary: _primary, ...spec }: RunSpec, { model = spec.model, ...arm }: Arm): RunSpec {
  return { ...spec, model, arms: [arm] };
}

/** All prompts that an answer rests on with their shares, asked again on wish: a run keeps only the first one's text. */
export function AllPrompts({
  results,
  arm,
  cell,
  query,
}: {
  results: Results;
  arm: Arm;
  cell: CellRecord;
  query: Example;
}) {
  const job = useJob<Found | null>();
  const workFor = useWork();
  const busy = isBusy(useStatus());
  const parts = partsOf(arm, cell);
  if (parts === null) return null;
  const { state } = job;
  const ask = () => {
    const spec = alone(results.experiment.spec, arm);
    const [own] = spec.arms;
    if (own === undefined) return;
    job.start({ ...results.experiment, spec }, async ({ materials, report }) => {
      const work = await workFor(spec, materials, report);
      report('Asking every prompt again');
      return allPrompts(work, { arm: own, trial: cell.trial, query });
    });
  };
  return (
    <section aria-label="All prompts" className="all-prompts" data-testid="all-prompts">
      <h3>All prompts of this answer</h3>
      <p className="small">It rests on {parts}.</p>
      <JobLine job={job} name="Prompts" onRetry={ask} />
      {state.kind === 'idle' && (
        <Button icon="plus" disabled={busy} onClick={ask} data-testid="show-prompts">
          Show all of them
        </Button>
      )}
      {state.kind === 'ready' &&
        (state.value === null ? (
          <p className="muted">Nothing is asked: the query does not fit the context of the model.</p>
        ) : (
          <Lists found={state.value} cell={cell} query={query} labels={results.dataset.labels.map(({ id }) => id)} />
        ))}
    </section>
  );
}

function Lists({
  found,
  cell,
  query,
  labels,
}: {
  found: Found;
  cell: CellRecord;
  query: Example;
  labels: readonly string[];
}) {
  const answer = answerLines(found);
  const label = Math.max(0, labels.indexOf(predicted(cell) ?? ''));
  const names = labels.map((id) => answerText(query, id));
  return (
    <>
      {!agree(found.labelLogprobs, cell.labelLogprobs) && (
        <Alert tone="warn">
          Asked again, these prompts come to other numbers than the run has: another model, revision or back end is in
          use now.
        </Alert>
      )}
      {answer.length > 1 && (
        <PromptList
          name="Of the answer"
          help={
            answer[0]?.share === null
              ? 'Each prompt tells of one answer alone: the log-probability under it.'
              : 'How much each counts in the answer, and what it says alone.'
          }
          lines={answer}
          names={names}
        />
      )}
      {found.prior.length > 0 && (
        <PromptList
          name={`Of the prior of ${names[label]}`}
          help={`The prior is the mean over ${plural(found.prior.length, 'prompt')}. Shares are of the prior of ${names[label]}, the answer; beside them its probability after the prompt.`}
          lines={priorLines(found, label)}
          names={names}
        />
      )}
    </>
  );
}
