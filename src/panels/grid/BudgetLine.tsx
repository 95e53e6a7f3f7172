import { useMemo } from 'react';
import { optionsForm } from '../../core/prompt/answers.ts';
import { abilityProblem, armProblem, sizeProblem } from '../../core/run/rules.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { count, plural, seconds } from '../../ui/format.ts';
import { isBusy, useDataset, useExperiment, useHost, useModels, useResults, useStatus } from '../host.ts';
import { costOf } from './cost.ts';

/** What the grid will ask, before it is started, and what stands in its way. */
export function BudgetLine() {
  const host = useHost();
  const { spec } = useExperiment();
  const dataset = useDataset();
  const results = useResults();
  const busy = isBusy(useStatus());
  const { loaded } = useModels();
  const cost = useMemo(() => (dataset === undefined ? null : costOf(spec, dataset, results)), [spec, dataset, results]);
  const form = dataset === undefined ? null : optionsForm(dataset, spec.template ?? dataset.template);
  const { engine, id } = spec.model;
  const model = loaded?.choice.engine === engine && loaded.choice.id === id ? loaded : null;
  const problems = spec.arms.flatMap((arm) => {
    const problem =
      armProblem(arm, form) ??
      (dataset === undefined || cost === null ? null : sizeProblem(arm, dataset.labels.length, cost.queries)) ??
      (model === null ? null : abilityProblem(arm, model));
    return problem === null ? [] : [{ name: arm.name, problem }];
  });
  const [first] = problems;
  return (
    <div className="budget" data-testid="budget">
      {first !== undefined && (
        <Alert tone="warn">
          {problems.length === 1 ? 'One cell' : `${problems.length} of the cells`} cannot be run. {first.name}:{' '}
          {first.problem}
        </Alert>
      )}
      {cost !== null && (
        <dl className="budget-figures num">
          <Figure
            name="Cells"
            value={count(spec.arms.length)}
            note={`${plural(cost.queries, 'query', 'queries')} each${spec.trials === 1 ? '' : `, ${spec.trials} trials`}`}
          />
          <Figure name="Answers" value={count(cost.answers)} note="less what is kept from before" />
          <Figure name="Prompts to score" value={`about ${count(cost.prompts)}`} />
          <Figure name="Texts to write" value={cost.texts === 0 ? 'none' : `about ${count(cost.texts)}`} />
          <Figure name="Tokens to compute" value={`about ${count(cost.tokens)}`} note="less what cells share" />
          <Figure
            name="Time"
            value={cost.seconds === null ? 'not known yet' : `about ${seconds(cost.seconds)}`}
            note={
              cost.seconds === null
                ? 'no run of this model here was long enough to tell from'
                : 'at the pace of the last run'
            }
          />
        </dl>
      )}
      <div className="budget-run">
        <Button
          kind="primary"
          icon="play"
          disabled={busy || cost === null || first !== undefined}
          onClick={host.start}
          data-testid="run-grid"
        >
          Run the grid
        </Button>
        <span className="small muted">
          Cancel at any time: what is finished is kept, and Run goes on from there. The link holds the whole grid.
        </span>
      </div>
    </div>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        {note !== undefined && <span className="sub muted">{note}</span>}
      </dd>
    </div>
  );
}
