import { useStore } from 'zustand';
import type { Machine } from '../../core/model/machine.ts';
import type { Backend } from '../../engines/embedded/load.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge } from '../../ui/feedback.tsx';
import { Select } from '../../ui/fields.tsx';
import { count, figure } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { isBusy, useHost, useModels, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useTask } from '../job.ts';
import { BACKEND_NAMES, type BackendTrial, recommendBackend, tryBackend } from './backends.ts';

const ABOUT =
  'Kept in this browser and told in each record. A link means the same on both: their numbers agree within 0.001 nats.';

/** Where embedded models score, and what each place showed on this machine. */
export function EmbeddedBackend({ machine }: { machine: Machine | null }) {
  const host = useHost();
  const { backend } = useStore(host.models.backend);
  const { loaded } = useModels();
  const busy = isBusy(useStatus());
  const task = useTask<readonly BackendTrial[]>();
  const trials = soFar(task.state);
  const problem = machine === null || machine.gpu !== null ? null : machine.gpuProblem;
  const id = loaded?.choice.engine === 'embedded' ? loaded.choice.id : 'knowshot-mini';
  const measure = () =>
    task.start('Loading the model', async ({ signal, report, share }) => {
      const tried: BackendTrial[] = [];
      for (const place of problem === null ? (['wasm', 'webgpu'] as const) : (['wasm'] as const)) {
        const name = BACKEND_NAMES[place];
        report(`Loading and testing on ${name}`);
        const open = () => host.models.openEmbedded(id, place, signal);
        tried.push(await tryBackend(place, open, signal, (done, total) => report(`Measuring ${name}`, done, total)));
        share([...tried]);
      }
      return tried;
    });
  return (
    <div data-testid="embedded-backend">
      <div className="panel-choices">
        <Select<Backend>
          label="They score on"
          help={problem === null ? ABOUT : `WebGPU cannot be chosen. ${problem}`}
          value={backend}
          choices={[
            { value: 'wasm', label: 'WASM, the processor' },
            { value: 'webgpu', label: 'WebGPU, the graphics card', disabled: problem !== null },
          ]}
          onChange={host.models.runOn}
        />
      </div>
      <div className="model-speed">
        {task.state.kind !== 'working' && (
          <Button onClick={measure} disabled={busy} title={busy ? 'Wait for the run, or cancel it.' : undefined}>
            {problem === null ? 'Test and measure both here' : 'Test and measure it here'}
          </Button>
        )}
        <JobLine job={task} name="Testing and measuring" onRetry={measure} />
      </div>
      {trials !== null && <Trials trials={trials} />}
    </div>
  );
}

function Trials({ trials }: { trials: readonly BackendTrial[] }) {
  const best = recommendBackend(trials);
  return (
    <div role="status">
      <ScrollBox name="Back ends on this machine">
        <table className="small num" data-testid="backend-trials">
          <thead>
            <tr>
              <th scope="col">Back end</th>
              <th scope="col">Self-test</th>
              <th scope="col">Largest difference, nats</th>
              <th scope="col">Reads, tokens a second</th>
            </tr>
          </thead>
          <tbody>
            {trials.map((trial) => (
              <tr key={trial.backend}>
                <th scope="row">
                  {BACKEND_NAMES[trial.backend]}{' '}
                  {trial.backend === best && trials.length > 1 && <Badge tone="accent">recommended</Badge>}
                </th>
                {trial.kind === 'refused' ? (
                  <td colSpan={3} className="lacking">
                    {trial.reason}
                  </td>
                ) : (
                  <>
                    <td>
                      {trial.selfTest.length} of {trial.selfTest.length} passed
                    </td>
                    <td>{differences(trial)}</td>
                    <td>{trial.read === null ? 'not measured' : count(Math.round(trial.read))}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p className="small muted">
        Four prompts at a time, median of three calls.
        {best !== null && trials.length > 1 && ` Recommended here: ${BACKEND_NAMES[best]}.`}
      </p>
    </div>
  );
}

/** The figure of the check that failed or came nearest to failing, with what is allowed. */
function differences({ selfTest }: Extract<BackendTrial, { kind: 'passed' }>): string {
  const against = selfTest.find(({ name }) => name.startsWith('WebGPU'));
  const worst =
    against ?? [...selfTest].sort((a, b) => b.maxDifference / b.tolerance - a.maxDifference / a.tolerance)[0];
  if (worst === undefined) return '';
  return `${figure(worst.maxDifference)} of ${figure(worst.tolerance)} allowed (${worst.name})`;
}
