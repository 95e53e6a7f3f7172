import { useEffect, useId, useRef, useState } from 'react';
import type { Imported } from '../../core/data/import/import-file.ts';
import { isAbort } from '../../core/model/engine-error.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert, Disclosure } from '../../ui/feedback.tsx';
import { HubForm } from './HubForm.tsx';
import { importInWorker } from './import-in-worker.ts';
import { counted } from './numbers.ts';

export type Task = (signal: AbortSignal, onProgress: (share: number, rows: number) => void) => Promise<Imported>;

interface Reading {
  readonly what: string;
  readonly share: number;
  readonly rows: number;
}

/** One import at a time; leaving stops it. */
export function useImport(onImported: (imported: Imported) => void) {
  const [reading, setReading] = useState<Reading | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);
  const start = (what: string, task: Task) => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    setProblem(null);
    setReading({ what, share: 0, rows: 0 });
    const mine = () => current.current === controller;
    task(controller.signal, (share, rows) => mine() && setReading({ what, share, rows })).then(
      (imported) => {
        if (!mine()) return;
        setReading(null);
        onImported(imported);
      },
      (error: unknown) => {
        if (!mine()) return;
        setReading(null);
        if (!isAbort(error)) setProblem((error as Error).message);
      },
    );
  };
  const read = (blob: Blob, name: string) =>
    start(name, (signal, onProgress) => importInWorker({ blob, name }, signal, onProgress));
  return { reading, problem, start, read, stop: () => current.current?.abort(), clear: () => setProblem(null) };
}

export function ImportLine({ state }: { state: ReturnType<typeof useImport> }) {
  const { reading, problem } = state;
  return (
    <>
      {problem !== null && (
        <Alert tone="error" onDismiss={state.clear}>
          {problem}
        </Alert>
      )}
      {reading !== null && (
        <div className="job-line" role="status">
          <span className="small muted num">
            Reading {reading.what}: {counted(reading.rows)} rows
          </span>
          <progress className="progress" aria-label="Reading" max={1} value={reading.share} />
          <Button icon="stop" onClick={state.stop}>
            Stop
          </Button>
        </div>
      )}
    </>
  );
}

const TYPES = '.csv,.tsv,.tab,.txt,.jsonl,.ndjson,.parquet';

/** A file by choice or drop, a paste, or a set of Hugging Face. */
export function Source({ onImported }: { onImported: (imported: Imported) => void }) {
  const state = useImport(onImported);
  const [over, setOver] = useState(false);
  const [pasted, setPasted] = useState('');
  const fileId = useId();
  const pasteId = useId();
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) state.read(file, file.name);
  };
  return (
    <section className="card panel-card source" aria-labelledby="source-title">
      <h2 id="source-title">Bring a file</h2>
      <section
        aria-label="Drop a file here"
        className={over ? 'drop drop-over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <label htmlFor={fileId}>Drop a file here, or choose one: CSV, TSV, JSONL or Parquet</label>
        <input id={fileId} type="file" accept={TYPES} onChange={(event) => take(event.target.files)} />
        <p className="small muted">
          It needs a text and a label in each row. Encoding and separator are found. It stays on this machine.
        </p>
      </section>
      <ImportLine state={state} />
      <Disclosure summary="Paste rows">
        <div className="field paste">
          <label className="field-label" htmlFor={pasteId}>
            Rows, the first with the names of the columns
          </label>
          <textarea
            id={pasteId}
            className="input"
            rows={6}
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
          />
          <Button disabled={pasted.trim() === ''} onClick={() => state.read(new Blob([pasted]), 'Pasted rows')}>
            Read the rows
          </Button>
        </div>
      </Disclosure>
      <Disclosure summary="Ask Hugging Face for a set">
        <HubForm onStart={state.start} />
      </Disclosure>
    </section>
  );
}
