import { type FormEvent, useId, useRef, useState } from 'react';
import { isAbort } from '../../core/model/engine-error.ts';
import type { EndpointReport } from '../../engines/openai/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert, Badge } from '../../ui/feedback.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { useHost, useModels } from '../host.ts';

type Examination =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done'; readonly report: EndpointReport };

const MARKS = {
  ok: { text: 'ok', tone: 'good' },
  warning: { text: 'warning', tone: 'warn' },
  failed: { text: 'failed', tone: 'warn' },
  skipped: { text: 'not reached', tone: 'plain' },
} as const;

/** A model on a server of the user's: where it is, what it can do, and what to change about it. */
export function ServerModel() {
  const host = useHost();
  const { loading } = useModels();
  const [url, setUrl] = useState('');
  const [model, setModel] = useState('');
  const [apiKey, setApiKey] = useState('');
  const [examination, setExamination] = useState<Examination>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);

  const examine = async (event: FormEvent) => {
    event.preventDefault();
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setExamination({ kind: 'working' });
    try {
      const report = await host.models.examine({ url, apiKey }, model, controller.signal);
      if (model === '' && report.model !== undefined) setModel(report.model);
      setExamination({ kind: 'done', report });
    } catch (error) {
      if (isAbort(error)) setExamination({ kind: 'idle' });
      else setExamination({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const listed = examination.kind === 'done' ? examination.report.models : [];
  return (
    <>
      <form className="model-server" onSubmit={examine}>
        <TextField
          label="Address"
          help="Up to and with /v1, for example http://127.0.0.1:8000/v1."
          value={url}
          onChange={setUrl}
          maxLength={500}
        />
        {listed.length > 1 ? (
          <Select
            label="Model"
            value={listed.includes(model) ? model : (listed[0] as string)}
            choices={listed.map((id) => ({ value: id, label: id }))}
            onChange={setModel}
          />
        ) : (
          <TextField
            label="Model"
            help="May be left out where the server has one only."
            value={model}
            onChange={setModel}
            maxLength={200}
          />
        )}
        <KeyField value={apiKey} onChange={setApiKey} />
        <div className="model-server-actions">
          {examination.kind === 'working' ? (
            <Button icon="stop" onClick={() => running.current?.abort()}>
              Stop
            </Button>
          ) : (
            <Button type="submit" disabled={url.trim() === ''}>
              Examine this server
            </Button>
          )}
          <Button
            kind={examination.kind === 'done' && examination.report.canScore ? 'primary' : 'plain'}
            disabled={url.trim() === '' || loading !== null}
            onClick={() => host.models.use({ engine: 'openai', id: model }, { url, apiKey })}
          >
            Use this server
          </Button>
        </div>
      </form>
      {examination.kind === 'working' && (
        <p className="small" role="status">
          Asking the server
        </p>
      )}
      {examination.kind === 'failed' && <Alert tone="error">{examination.message}</Alert>}
      {examination.kind === 'done' && <Report report={examination.report} />}
    </>
  );
}

/** Kept in this tab's memory only. */
function KeyField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        Key, if it asks for one
      </label>
      <input
        id={id}
        className="input"
        type="password"
        autoComplete="off"
        maxLength={500}
        value={value}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.value)}
      />
      <span id={`${id}-help`} className="field-help">
        Stays in the memory of this tab; never in a link or a record.
      </span>
    </div>
  );
}

function Report({ report }: { report: EndpointReport }) {
  return (
    <div data-testid="server-report">
      <Alert tone={report.canScore ? 'good' : 'warn'}>
        {report.canScore
          ? `${report.model ?? 'The model'} can run experiments.`
          : 'This server cannot score label words as it is set up now. What to change stands below.'}
      </Alert>
      <ul className="model-checks small">
        {report.checks.map(({ id, title, status, found, fix }) => (
          <li key={id}>
            <Badge tone={MARKS[status].tone}>{MARKS[status].text}</Badge>
            <span>
              <strong>{title}</strong> {found} {fix !== undefined && <em>{fix}</em>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
