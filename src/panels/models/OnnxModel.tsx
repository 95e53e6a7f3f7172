import { type FormEvent, useState } from 'react';
import type { Machine } from '../../core/model/machine.ts';
import { OFFERED, type OfferedDtype, onnxId, parseOnnxId } from '../../core/model/onnx-id.ts';
import { Button } from '../../ui/Button.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { useHost, useModels } from '../host.ts';

const FORM = 'Owner and name with a slash between, as the Hub writes them.';
const wrongly = (model: string): boolean => parseOnnxId(onnxId({ model, dtype: 'fp32' })) === null;

/**
 * Any causal language model of the Hugging Face Hub that has an ONNX export, by its id; with a sentence embedder beside it, by
 * which demonstrations are then found.
 */
export function OnnxModel({ machine }: { machine: Machine | null }) {
  const host = useHost();
  const { loading } = useModels();
  const [typed, setModel] = useState('onnx-community/Qwen2.5-0.5B-Instruct');
  const [dtype, setDtype] = useState<OfferedDtype>('q8');
  const [typedEmbedder, setEmbedder] = useState('');
  const [embedderDtype, setEmbedderDtype] = useState<OfferedDtype>('q8');
  const [model, embedder] = [typed.trim(), typedEmbedder.trim()];
  const embeds = embedder !== '';
  const wrong = wrongly(model) || (embeds && wrongly(embedder));
  const use = (event: FormEvent) => {
    event.preventDefault();
    const beside = embeds ? { embedder: { model: embedder, dtype: embedderDtype } } : {};
    host.models.use({ engine: 'transformers', id: onnxId({ model, dtype, ...beside }) });
  };
  return (
    <form className="model-server" onSubmit={use}>
      <TextField
        label="Model on the Hub"
        help={wrongly(model) ? FORM : 'It must have an ONNX export.'}
        value={typed}
        onChange={setModel}
        maxLength={110}
      />
      <Select
        label="Weights"
        help={`Runs ${machine?.gpu === null ? 'on the processor' : 'on the GPU, and is compared with the processor first'}. The export must have this type.`}
        value={dtype}
        choices={OFFERED}
        onChange={setDtype}
      />
      <TextField
        label="Sentence embedder, for TopK"
        help={
          embeds && wrongly(embedder)
            ? FORM
            : 'For selectors that compare texts by the model’s embedding, for example Xenova/all-MiniLM-L6-v2. Without one, let them compare by tf-idf.'
        }
        value={typedEmbedder}
        onChange={setEmbedder}
        maxLength={70}
      />
      {embeds && (
        <Select
          label="Weights of the embedder"
          help="Runs on the processor."
          value={embedderDtype}
          choices={OFFERED}
          onChange={setEmbedderDtype}
        />
      )}
      <div className="model-server-actions">
        <Button type="submit" disabled={wrong || loading !== null}>
          Download and use this model
        </Button>
      </div>
    </form>
  );
}
