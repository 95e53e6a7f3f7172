import { useCallback, useMemo, useState } from 'react';
import { ownCsv, ownJsonLines } from '../../core/data/export.ts';
import { LINK_ROWS, OWN, type OwnData, ownDataset } from '../../core/data/own.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { Toggle } from '../../ui/fields.tsx';
import { EntityScope } from '../compare/answers/EntityText.tsx';
import { isBusy, useHost, useSpec, useStatus } from '../host.ts';
import { download } from './download.ts';
import { useLibrary } from './library.ts';
import { counted } from './numbers.ts';
import { Preview } from './Preview.tsx';
import { RowDialog } from './RowDialog.tsx';
import { type Part, Rows } from './Rows.tsx';
import { Sheet } from './Sheet.tsx';
import { keepSet } from './saved-sets.ts';
import { useAsync } from './useAsync.ts';
import { Wording } from './Wording.tsx';

/** Own data as a whole: wording, label words, rows, links, and what can be done with it. */
export function SetEditor({
  own,
  onChange: setOwn,
  onBack,
}: {
  own: OwnData;
  onChange: (own: OwnData) => void;
  onBack: () => void;
}) {
  const host = useHost();
  const spec = useSpec();
  const busy = isBusy(useStatus());
  const [row, setRow] = useState<{ part: Part; index: number } | null>(null);
  const [said, setSaid] = useState<{ tone: 'good' | 'error'; text: string } | null>(null);
  const library = useLibrary();
  const { wordnet, links } = own;
  const wanted = useMemo(
    () => ({ ...(wordnet === undefined ? {} : { wordnet }), ...(links === undefined ? {} : { links }) }),
    [wordnet, links],
  );
  const knowledge = useAsync(useCallback(() => library.knowledgeOf(wanted), [library, wanted]));
  const made = useMemo(() => {
    try {
      return { dataset: ownDataset(own), problem: null };
    } catch (error) {
      return { dataset: null, problem: (error as Error).message };
    }
  }, [own]);
  const total = own.pool.length + own.eval.length;
  const use = () => {
    const { template: _template, ...rest } = spec;
    host.open({ spec: { ...rest, data: { id: OWN } }, rows: own });
  };
  const keep = () =>
    keepSet(own).then(
      () => setSaid({ tone: 'good', text: `Kept in this browser as "${own.title}".` }),
      (error: unknown) => setSaid({ tone: 'error', text: (error as Error).message }),
    );
  return (
    <article className="card panel-card set-editor" aria-labelledby="own-title">
      <div className="section-head">
        <h2 id="own-title">{own.title || 'Your set'}</h2>
        <Button icon="left" onClick={onBack}>
          Other data
        </Button>
      </div>
      <div className="form-actions">
        <Button kind="primary" icon="play" disabled={made.dataset === null || busy} onClick={use}>
          Run the experiment on it
        </Button>
        <Button onClick={keep}>Keep in this browser</Button>
        <Button icon="download" onClick={() => download(`${own.title}.jsonl`, ownJsonLines(own), 'application/jsonl')}>
          JSONL
        </Button>
        <Button icon="download" onClick={() => download(`${own.title}.csv`, ownCsv(own), 'text/csv')}>
          CSV
        </Button>
      </div>
      <p className="small muted">
        JSONL holds the texts exactly. In CSV a text that begins like a formula has a quote in front.{' '}
        {total > LINK_ROWS
          ? `With ${counted(total)} rows the set does not fit a link, which carries at most ${LINK_ROWS}.`
          : 'A link to the experiment carries these rows.'}
      </p>
      {said !== null && (
        <Alert tone={said.tone} onDismiss={() => setSaid(null)}>
          {said.text}
        </Alert>
      )}
      {made.problem !== null && <Alert tone="error">{made.problem}</Alert>}
      <Wording own={own} onChange={setOwn} />
      {knowledge.kind === 'failed' && <Alert tone="error">{knowledge.message}</Alert>}
      <Toggle
        label="Link names of WordNet too"
        help="For texts of which the knowledge base knows little: 113,000 nouns and names with what they are kinds of (0.9 MB)."
        value={own.wordnet === true}
        onChange={(on) => setOwn(on ? { ...own, wordnet: true } : without(own, 'wordnet'))}
      />
      {made.dataset !== null && knowledge.kind === 'ready' && (
        <EntityScope knowledge={knowledge.value}>
          <Sheet dataset={made.dataset} knowledge={knowledge.value} />
          <Preview own={own} link={knowledge.value.link} />
          <Rows dataset={made.dataset} knowledge={knowledge.value} onEdit={(part, index) => setRow({ part, index })} />
          {row !== null && (
            <RowDialog
              key={`${row.part} ${row.index}`}
              own={own}
              part={row.part}
              index={row.index}
              knowledge={knowledge.value}
              onChange={setOwn}
              onClose={() => setRow(null)}
            />
          )}
        </EntityScope>
      )}
    </article>
  );
}

function without<K extends 'wordnet' | 'links'>(own: OwnData, key: K): OwnData {
  const { [key]: _left, ...rest } = own;
  return rest as OwnData;
}
