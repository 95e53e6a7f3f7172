import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Disclosure } from '../../ui/feedback.tsx';
import { Select, TextField, Toggle } from '../../ui/fields.tsx';
import { plural } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { isBusy, type LoadedModel, useExperiment, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { useJob } from '../job.ts';

/** Lets the model write, to see what it is like: text that goes on, or an answer to a question. */
export function TryIt({ model }: { model: LoadedModel }) {
  const experiment = useExperiment();
  const busy = isBusy(useStatus());
  const { chat } = model;
  const [text, setText] = useState('The capital of France is');
  const [asChat, setAsChat] = useState(chat !== undefined);
  const [thinks, setThinks] = useState(false);
  const [maxTokens, setMaxTokens] = useState(48);
  const [seed, setSeed] = useState(1);
  const [temperature, setTemperature] = useState<'0' | '0.7'>('0');
  const job = useJob<{ readonly prompt: string; readonly text: string; readonly tokens: number }>();
  const after = thinks ? (chat?.afterThinking ?? chat?.after) : chat?.after;
  const prompt = asChat && chat !== undefined ? `${chat.before}${text}${after}` : text;
  const write = () => {
    const own = { ...experiment, spec: { ...experiment.spec, model: model.choice } };
    job.start(own, async ({ materials, signal, report }) => {
      report('Writing');
      const request = { prompt, maxTokens, temperature: Number(temperature), topP: 1, stop: [], seed };
      const { results } = await materials.model.generate([request], { signal });
      return { prompt, text: results[0]?.text ?? '', tokens: results[0]?.tokenIds.length ?? 0 };
    });
  };
  const { state } = job;
  return (
    <Disclosure summary="Try it">
      <div className="model-server">
        <TextField label="Text" value={text} onChange={setText} maxLength={2000} />
        <Select<'0' | '0.7'>
          label="Words"
          value={temperature}
          choices={[
            { value: '0', label: 'the likeliest each time' },
            { value: '0.7', label: 'drawn, temperature 0.7' },
          ]}
          onChange={setTemperature}
        />
        <NumberField label="At most, in tokens" min={1} max={1024} step={1} value={maxTokens} onChange={setMaxTokens} />
        <NumberField label="Seed" min={0} max={4294967295} step={1} value={seed} onChange={setSeed} />
        {chat !== undefined && (
          <div>
            <Toggle label="In its chat template" value={asChat} onChange={setAsChat} />
            {asChat && chat.afterThinking !== undefined && (
              <Toggle label="Let it think first" value={thinks} onChange={setThinks} />
            )}
          </div>
        )}
        <div className="model-server-actions">
          <Button onClick={write} disabled={busy || text === '' || state.kind === 'working'}>
            Let it write
          </Button>
        </div>
      </div>
      <JobLine job={job} name="Writing" onRetry={write} />
      {state.kind === 'ready' && (
        <div role="status">
          <pre className="model-text" data-testid="written">
            <span className="muted">{state.value.prompt}</span>
            {state.value.text}
          </pre>
          <p className="small muted num">{plural(state.value.tokens, 'token')} written.</p>
        </div>
      )}
    </Disclosure>
  );
}
