import '../panels.css';
import './models.css';
import { useEffect, useState } from 'react';
import type { Machine } from '../../core/model/machine.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { isBusy, useHost, useModels, useSpec, useStatus } from '../host.ts';
import { ArmModels } from './ArmModels.tsx';
import { EmbeddedBackend } from './EmbeddedBackend.tsx';
import { EmbeddedModels } from './EmbeddedModels.tsx';
import { InUse } from './InUse.tsx';
import { KeptModels } from './KeptModels.tsx';
import { LoadLine } from './LoadLine.tsx';
import { MachineFacts } from './MachineFacts.tsx';
import { OfflineLine } from './OfflineLine.tsx';
import { OnnxModel } from './OnnxModel.tsx';
import { recommend } from './recommend.ts';
import { SentenceEmbedder } from './SentenceEmbedder.tsx';
import { ServerModel } from './ServerModel.tsx';
import { useKept } from './use-kept.ts';
import { WebLlmModels } from './WebLlmModels.tsx';

/** Which model answers: what this machine can run, what there is, and what is in use. */
export function ModelsPanel() {
  const host = useHost();
  const [machine, setMachine] = useState<Machine | null>(null);
  useEffect(() => {
    let here = true;
    host.models.machine().then((found) => here && setMachine(found));
    return () => {
      here = false;
    };
  }, [host]);
  const kept = useKept();
  const advice = machine && recommend(machine, host.models.offers(machine, machine.gpu?.f16 ? 'f16' : 'f32'));
  const recommended = advice?.choice.id ?? null;
  return (
    <div className="panel models">
      <div className="panel-intro">
        <h1>Models</h1>
        <p>
          The embedded model answers at once and knows little. Larger ones are downloaded to this browser or stay on a
          server of yours; nothing is asked of anyone before you choose one. Every model is tested when it is loaded,
          and one whose numbers do not hold is refused.
        </p>
      </div>
      <LoadLine />
      <NextStep />
      <ArmModels />
      <div className="panel-columns">
        <InUse />
        <section className="panel-card card" aria-label="This machine">
          <div className="section-head">
            <h2>This machine</h2>
          </div>
          {machine === null ? <p className="muted small">Looking at it</p> : <MachineFacts machine={machine} />}
          <OfflineLine />
          {advice && (
            <p className="small" data-testid="recommended">
              Recommended here: <strong>{advice.title}</strong>. {advice.reason}
            </p>
          )}
        </section>
      </div>
      <section className="panel-card card" aria-label="Models to choose from">
        <h2>Models to choose from</h2>
        <h3>With the page</h3>
        <EmbeddedModels recommended={recommended} />
        <EmbeddedBackend machine={machine} />
        <h3>In this browser, on the GPU</h3>
        <p className="small muted">
          Through web-llm. Weights come from huggingface.co, the compiled library from GitHub; each file is checked
          against the listing of its host, stays in this browser, and is checked again at every start.
        </p>
        {machine !== null && <WebLlmModels machine={machine} recommended={recommended} kept={kept} />}
        <h3>From the Hugging Face Hub, in ONNX</h3>
        <p className="small muted">
          Through transformers.js, on the GPU or, where there is none, on the processor. Its licence and size stand on
          the model's page there.
        </p>
        <OnnxModel machine={machine} />
        <h3>A sentence embedder beside the model</h3>
        <p className="small muted">
          For selectors that compare texts: TopK, MMR, DPP, MDL, k-means and vote-k. It stands beside any model, also
          the embedded one; nothing is downloaded before you choose it.
        </p>
        <SentenceEmbedder />
        <h3>On a server of yours</h3>
        <p className="small muted">
          vLLM, llama.cpp, LM Studio, Ollama or anything else that speaks OpenAI's interface, on this machine, in your
          network or a cluster. Prompts go there and nowhere else.
        </p>
        <ServerModel />
      </section>
      <KeptModels view={kept} machine={machine} />
    </div>
  );
}

/** The model in use is not yet the one that gave the shown results. */
function NextStep() {
  const host = useHost();
  const { loaded, loading } = useModels();
  const spec = useSpec();
  const status = useStatus();
  if (loaded === null || loading !== null || isBusy(status)) return null;
  const results = host.run.getState().results;
  const { engine, id } = loaded.choice;
  if (spec.model.engine !== engine || spec.model.id !== id) return null;
  if (results !== null && results.experiment.spec.model.id === id && results.experiment.spec.model.engine === engine)
    return null;
  if (!loaded.capabilities.has('logprobs')) return null;
  return (
    <Alert tone="good">
      {loaded.identity.id} is loaded and passed its self-test.{' '}
      <Button icon="play" onClick={host.start}>
        Run the experiment on it
      </Button>
    </Alert>
  );
}
