import { useEffect, useRef, useState } from 'react';
import { isAbort } from '../../core/model/engine-error.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { type HubSplit, hubRows, hubSplits } from './hugging-face.ts';
import type { Task } from './Source.tsx';

const nameOf = ({ config, split }: HubSplit): string => `${config} / ${split}`;

/** Rows of a public set by its id. This is the one place of the panel that asks another machine, and only when told to. */
export function HubForm({ onStart }: { onStart: (what: string, task: Task) => void }) {
  const [id, setId] = useState('');
  const [most, setMost] = useState(1000);
  const [found, setFound] = useState<{ id: string; splits: readonly HubSplit[] } | null>(null);
  const [chosen, setChosen] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);
  const look = () => {
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setProblem(null);
    setFound(null);
    const set = id.trim();
    hubSplits(set, controller.signal).then(
      (splits) => {
        setFound({ id: set, splits });
        setChosen(nameOf(splits[0] as HubSplit));
      },
      (error: unknown) => {
        if (!isAbort(error)) setProblem((error as Error).message);
      },
    );
  };
  const split = found?.splits.find((s) => nameOf(s) === chosen);
  return (
    <div className="hub">
      <p className="small muted">Asks datasets-server.huggingface.co for the id that you type, and for its rows.</p>
      <div className="hub-fields">
        <TextField label="Set id" help="For example stanfordnlp/sst2" value={id} maxLength={200} onChange={setId} />
        <Button disabled={id.trim() === ''} onClick={look}>
          Look it up
        </Button>
      </div>
      {problem !== null && <Alert tone="error">{problem}</Alert>}
      {found !== null && split !== undefined && (
        <div className="hub-fields">
          <Select
            label="Part"
            value={chosen}
            choices={found.splits.map((s) => ({ value: nameOf(s), label: nameOf(s) }))}
            onChange={setChosen}
          />
          <NumberField label="Rows at most" min={20} max={5000} step={1} value={most} onChange={setMost} />
          <Button
            kind="primary"
            onClick={() =>
              onStart(found.id, (signal, onProgress) => hubRows(found.id, split, most, signal, onProgress))
            }
          >
            Get the rows
          </Button>
        </div>
      )}
    </div>
  );
}
