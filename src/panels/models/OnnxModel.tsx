import { type FormEvent, useState } from 'react';
import type { Machine } from '../../core/model/machine.ts';
import { OFFERED, type OfferedDtype, onnxId, parseOnnxId } from '../../core/model/onnx-id.ts';
import { Button } from '../../ui/Button.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { useHost, useModels } from '../host.ts';

/** Any causal language model of the Hugging Face Hub that has an ONNX export, by its id. */
export function OnnxModel({ machine }: { machine: Machine | null }) {
  const host = useHost();
  const { loading } = useModels();
  const [typed, setModel] = useState('onnx-community/Qwen2.5-0.5B-Instruct');
  const [dtype, setDtype] = useState<OfferedDtype>('q8');
  const model = typed.trim();
  const wrong = parseOnnxId(onnxId({ model, dtype })) === null;
  const use = (event: FormEvent) => {
    event.preventDefault();
    host.models.use({ engine: 'transformers', id: onnxId({ model, dtype }) });
  };
  return (
    <form className="model-server" onSubmit={use}>
      <TextField
        label="Model on the Hub"
        help={wrong ? 'Owner and name with a slash between, as the Hub writes them.' : 'It must have an ONNX export.'}
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
      <div className="model-server-actions">
        <Button type="submit" disabled={wrong || loading !== null}>
          Download and use this model
        </Button>
      </div>
    </form>
  );
}
