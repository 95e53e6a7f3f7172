import { type ChangeEvent, type FormEvent, useState } from 'react';
import { useStore } from 'zustand';
import { OFFERED, type OfferedDtype, onnxId, parseOnnxId } from '../../core/model/onnx-id.ts';
import { runsOn } from '../../core/model/runs-on.ts';
import { usesEmbedder } from '../../core/run/embedder.ts';
import { Button } from '../../ui/Button.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { type Host, useHost, useSpec } from '../host.ts';
import { comparesByModel, withSentenceEmbedding } from './arms.ts';
import { Loading } from './LoadLine.tsx';

/** A sentence embedder beside the model, whatever that is: by it demonstrations are found for arms that say so. */
export function SentenceEmbedder() {
  const host = useHost();
  const state = useStore(host.models.embedder);
  const [typed, setTyped] = useState('Xenova/all-MiniLM-L6-v2');
  const [dtype, setDtype] = useState<OfferedDtype>('q8');
  const model = typed.trim();
  const wrong = parseOnnxId(onnxId({ model, dtype })) === null;
  const busy = state.loading !== null;
  const use = (event: FormEvent) => {
    event.preventDefault();
    host.models.chooseEmbedder({ id: onnxId({ model, dtype }) });
  };
  return (
    <>
      <form className="model-server" onSubmit={use}>
        <TextField
          label="Sentence embedder on the Hub"
          help={
            wrong
              ? 'Owner and name with a slash between.'
              : 'It must have an ONNX export. The mean over tokens is taken.'
          }
          value={typed}
          onChange={setTyped}
          maxLength={70}
        />
        <Select
          label="Weights of the embedder"
          help="Runs on the processor."
          value={dtype}
          choices={OFFERED}
          onChange={setDtype}
        />
        <div className="model-server-actions">
          <Button type="submit" disabled={wrong || busy}>
            Download and use this embedder
          </Button>
        </div>
      </form>
      <FolderInput host={host} disabled={busy} />
      <Loading
        state={state}
        name="Loading the sentence embedder"
        stop={host.models.cancelEmbedder}
        retry={({ id }) => host.models.chooseEmbedder({ id })}
      />
      <ChosenEmbedder />
    </>
  );
}

/** A folder of this machine with `config.json`, `tokenizer.json` and `onnx/`. */
function FolderInput({ host, disabled }: { host: Host; disabled: boolean }) {
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(target.files ?? [])];
    target.value = '';
    const [first] = chosen;
    if (first === undefined) return;
    const [name = 'folder'] = first.webkitRelativePath.split('/');
    const files = chosen.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file }));
    // As a spec can name it.
    host.models.chooseEmbedder({ id: name.replaceAll(/[^\w.-]/gu, '-') }, files);
  };
  return (
    <label className="small">
      Or a folder of this machine, with config.json, tokenizer.json and onnx{' '}
      <input
        type="file"
        aria-label="Folder of a sentence embedder"
        disabled={disabled}
        onChange={choose}
        ref={(input) => input?.setAttribute('webkitdirectory', '')}
      />
    </label>
  );
}

/** The experiment's embedder: what it is, and which arms ask it. */
function ChosenEmbedder() {
  const host = useHost();
  const spec = useSpec();
  const { loaded } = useStore(host.models.embedder);
  if (spec.embedder === undefined) return null;
  const here = loaded?.choice.id === spec.embedder.id ? loaded : null;
  return (
    <div className="small" data-testid="embedder-in-use">
      <p>
        This experiment’s sentence embedder: <strong>{spec.embedder.id}</strong>
        {here === null
          ? ', loaded when it is asked.'
          : `, revision ${here.identity.revision.slice(0, 12)}, ${runsOn(here.identity)}, ${here.identity.files.length} files known by their SHA-256.`}{' '}
        {usesEmbedder(spec)
          ? `Arms that compare texts by it: ${armsBy(spec)}.`
          : 'No arm compares texts by it yet: choose it as the embedding of an arm.'}
      </p>
      <div className="model-server-actions">
        {comparesByModel(spec) && (
          <Button onClick={() => host.edit(withSentenceEmbedding)}>Let every arm that compares texts use it</Button>
        )}
        <Button kind="quiet" onClick={() => host.models.chooseEmbedder(null)}>
          Leave it out
        </Button>
      </div>
    </div>
  );
}

const armsBy = (spec: ReturnType<typeof useSpec>): string =>
  spec.arms
    .filter((arm) => usesEmbedder({ arms: [arm] }))
    .map(({ name }) => name)
    .join(', ');
