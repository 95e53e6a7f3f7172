import type { Capability } from '../../core/model/language-model.ts';
import { runsOn } from '../../core/model/runs-on.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge, Disclosure } from '../../ui/feedback.tsx';
import { count, figure, seconds } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { isBusy, type LoadedModel, useExperiment, useModels, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { useJob } from '../job.ts';
import { PromptForm } from './PromptForm.tsx';
import { measureSpeed, type Speed } from './speed.ts';
import { TryIt } from './TryIt.tsx';

const ABILITIES: Readonly<Partial<Record<Capability, string>>> = {
  logprobs: 'scores labels',
  generate: 'writes',
  embed: 'embeds texts',
  prefixCache: 'shares prefixes',
  latent: 'shows its inside',
  train: 'learns rows and prefixes',
};

/** The model in use: what it is, what its self-test found, how fast it is here. */
export function InUse() {
  const { loaded } = useModels();
  return (
    <section className="panel-card card" aria-label="Model in use">
      <div className="section-head">
        <h2>In use</h2>
      </div>
      {loaded === null ? (
        <p className="muted small">No model is loaded. Choose one below, or run the experiment.</p>
      ) : (
        <Loaded key={`${loaded.choice.engine}/${loaded.choice.id}`} model={loaded} />
      )}
    </section>
  );
}

function Loaded({ model }: { model: LoadedModel }) {
  const { identity, capabilities, contextLength, selfTest } = model;
  const bytes = identity.files.length;
  return (
    <>
      <p className="model-name">
        <strong data-testid="model-in-use">{identity.id}</strong>{' '}
        {[...capabilities].map((ability) => (
          <Badge key={ability}>{ABILITIES[ability] ?? ability}</Badge>
        ))}
      </p>
      <dl className="model-facts small">
        <dt>Runs</dt>
        <dd>
          {identity.engine}, {runsOn(identity)}
        </dd>
        <dt>Revision</dt>
        <dd className="num">
          {identity.revision || 'not told'}
          {bytes > 0 && `, ${count(bytes)} files known by their SHA-256`}
        </dd>
        <dt>Reads</dt>
        <dd className="num">{count(contextLength)} tokens at most</dd>
      </dl>
      {!capabilities.has('logprobs') && (
        <p className="small">
          <Badge tone="warn">cannot score</Badge> It gives no exact log-probabilities of label words, so it runs no
          experiment here.
        </p>
      )}
      {selfTest.length > 0 && (
        <Disclosure summary={`Self-test: ${selfTest.filter((t) => t.passed).length} of ${selfTest.length} passed`}>
          <ScrollBox name="Self-test">
            <table className="small num">
              <thead>
                <tr>
                  <th scope="col">Check</th>
                  <th scope="col">Passed</th>
                  <th scope="col">Largest difference, nats</th>
                  <th scope="col">Allowed</th>
                </tr>
              </thead>
              <tbody>
                {selfTest.map((check) => (
                  <tr key={check.name}>
                    <th scope="row">{check.name}</th>
                    <td>{check.passed ? 'yes' : 'no'}</td>
                    <td>{figure(check.maxDifference)}</td>
                    <td>{figure(check.tolerance)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
        </Disclosure>
      )}
      {model.chat !== undefined && capabilities.has('logprobs') && <PromptForm model={model} />}
      {capabilities.has('generate') && <TryIt model={model} />}
      <SpeedLine model={model} />
    </>
  );
}

const rate = (tokens: number | null, verb: string): string | null =>
  tokens === null ? null : `${verb} ${tokens < 10 ? figure(tokens) : count(Math.round(tokens))} tokens a second`;

function SpeedLine({ model }: { model: LoadedModel }) {
  const experiment = useExperiment();
  const busy = isBusy(useStatus());
  const job = useJob<Speed & { readonly took: number }>();
  const start = () => {
    const began = performance.now();
    // The model in use, whatever the experiment at hand names.
    const own = { ...experiment, spec: { ...experiment.spec, model: model.choice } };
    job.start(own, async ({ materials, signal, report }) => {
      const speed = await measureSpeed(materials.model, signal, (done, total) => report('Measuring', done, total));
      return { ...speed, took: (performance.now() - began) / 1000 };
    });
  };
  const { state } = job;
  const texts =
    state.kind === 'ready'
      ? [rate(state.value.read, 'reads'), rate(state.value.written, 'writes')].filter((text) => text !== null)
      : [];
  return (
    <div className="model-speed">
      {state.kind !== 'working' && (
        <Button
          onClick={start}
          aria-disabled={busy}
          disabled={busy}
          title={busy ? 'Wait for the run, or cancel it.' : undefined}
        >
          Measure its speed here
        </Button>
      )}
      {state.kind === 'ready' && (
        <span className="small num" role="status">
          {texts.join(', ')} <span className="muted">(median of 3, measured in {seconds(state.value.took)})</span>
        </span>
      )}
      <JobLine job={job} name="Measuring the speed" onRetry={start} />
    </div>
  );
}
