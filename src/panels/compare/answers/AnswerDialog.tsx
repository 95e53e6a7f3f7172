import './answers.css';
import { useState } from 'react';
import { useStore } from 'zustand';
import { type Example, fullText } from '../../../core/data/example.ts';
import type { Knowledge } from '../../../core/knowledge/types.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import { IconButton } from '../../../ui/Button.tsx';
import { percent } from '../../../ui/format.ts';
import { Modal } from '../../../ui/Modal.tsx';
import { Tabs } from '../../../ui/Tabs.tsx';
import { type Results, useHost } from '../../host.ts';
import type { OpenAnswer } from '../ComparePanel.tsx';
import { AllPrompts } from './AllPrompts.tsx';
import { entitiesIn, pieces } from './annotate.ts';
import { DemoList } from './DemoList.tsx';
import { Distribution } from './Distribution.tsx';
import { EntityScope, EntityText } from './EntityText.tsx';
import { Outcome } from './Outcome.tsx';
import { PromptView } from './PromptView.tsx';
import { type AnswerRow, answerRows, answerText } from './rows.ts';

interface Props {
  readonly results: Results;
  readonly open: OpenAnswer;
  readonly onMove: (open: OpenAnswer) => void;
  readonly onClose: () => void;
}

/** Everything about the answers to one query. */
export function AnswerDialog({ results, open, onMove, onClose }: Props) {
  const host = useHost();
  const knowledge = useStore(host.library, (s) => s.knowledge);
  const [armId, setArmId] = useState(results.experiment.spec.arms[0]?.id ?? '');
  const key = open.rowKeys[open.at];
  const row = answerRows(results).find((r) => r.key === key);
  const last = open.rowKeys.length - 1;
  const go = (by: number) => {
    const at = open.at + by;
    if (at >= 0 && at <= last) onMove({ ...open, at });
  };
  return (
    <Modal
      title={row === undefined ? 'Answer' : `Query ${row.number}`}
      onClose={onClose}
      onKey={(pressed) => {
        if (pressed === 'ArrowLeft') go(-1);
        if (pressed === 'ArrowRight') go(1);
      }}
      actions={
        <>
          <span className="muted small num">
            {open.at + 1} of {open.rowKeys.length}
          </span>
          <IconButton icon="left" label="Previous query" disabled={open.at === 0} onClick={() => go(-1)} />
          <IconButton icon="right" label="Next query" disabled={open.at === last} onClick={() => go(1)} />
        </>
      }
    >
      {row === undefined || knowledge === null ? (
        <p>This query has no answer in the present run. Close this and choose another one.</p>
      ) : (
        <EntityScope knowledge={knowledge}>
          <Query row={row} knowledge={knowledge} />
          <Arms results={results} row={row} knowledge={knowledge} armId={armId} onArm={setArmId} />
        </EntityScope>
      )}
    </Modal>
  );
}

function Query({ row, knowledge }: { row: AnswerRow; knowledge: Knowledge }) {
  const text = fullText(row.query);
  const mentions = knowledge.link(text);
  return (
    <section className="query" aria-label="Query">
      <p className="query-full">
        <EntityText parts={pieces(text, mentions)} />
      </p>
      <p className="small">
        {row.query.options === undefined ? 'Right label: ' : 'Right option: '}
        <strong>{answerText(row.query, row.query.label)}</strong>
        {row.query.difficulty !== undefined && (
          <span className="muted"> · marked {row.query.difficulty} by its author</span>
        )}
      </p>
      {mentions.length > 0 && (
        <ul className="entity-list small">
          {entitiesIn(mentions).map((id) => {
            const entity = knowledge.entities.get(id);
            return entity === undefined ? null : (
              <li key={id}>
                <strong>{entity.name}</strong> <span className="muted">{entity.type}</span> {entity.description}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Arms({
  results,
  row,
  knowledge,
  armId,
  onArm,
}: {
  results: Results;
  row: AnswerRow;
  knowledge: Knowledge;
  armId: string;
  onArm: (id: string) => void;
}) {
  const { arms } = results.experiment.spec;
  const cell = row.cells.get(armId) ?? row.cells.get(arms[0]?.id ?? '');
  const arm = arms.find(({ id }) => id === armId);
  return (
    <Tabs
      name="Arms"
      selected={armId}
      onSelect={onArm}
      tabs={arms.map((arm, i) => {
        const own = row.cells.get(arm.id);
        return {
          id: arm.id,
          label: (
            <>
              <span className="clip">
                {i + 1}. {arm.name}
              </span>
              {own === undefined ? (
                <span className="muted">not answered yet</span>
              ) : (
                <TabOutcome cell={own} query={row.query} />
              )}
            </>
          ),
        };
      })}
    >
      {row.cells.has(armId) && cell !== undefined ? (
        <div className="answer-grid">
          {cell.segments.length === 0 ? (
            <section aria-label="Exact prompt">
              <h3>No prompt</h3>
              <p className="muted">
                {cell.prediction.kind === 'unscored'
                  ? 'Nothing was sent to the model.'
                  : 'This arm asks no model: its answer is counted, as the distribution shows.'}
              </p>
            </section>
          ) : (
            <PromptView cell={cell} query={row.query} dataset={results.dataset} link={knowledge.link} />
          )}
          <div className="answer-side">
            <Distribution cell={cell} labels={results.dataset.labels} query={row.query} />
            <Thoughts cell={cell} />
            {arm !== undefined && (
              <AllPrompts key={cell.key} results={results} arm={arm} cell={cell} query={row.query} />
            )}
            <DemoList cell={cell} dataset={results.dataset} />
          </div>
        </div>
      ) : (
        <p className="muted">This arm has not answered this query yet.</p>
      )}
    </Tabs>
  );
}

/** What was recalled: in one prompt, or piece by piece where several were asked. */
function Thoughts({ cell: { thought, review } }: { cell: CellRecord }) {
  const several = review !== undefined && review.asks.length > 1;
  const texts = several ? review.pieces : thought === null ? [] : [thought];
  if (texts.length === 0) return null;
  return (
    <section aria-label="What the model wrote first">
      <h3>{several ? 'What stands before the answer, one in each prompt' : 'What stands before the answer'}</h3>
      {texts.map(({ text, generated }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces can be alike, and their order does not change.
        <div key={i}>
          <blockquote className="thought">{text}</blockquote>
          {generated !== null && generated.trim() !== '' && (
            <p className="field-help">
              The model wrote: <q>{generated.trim()}</q>
            </p>
          )}
        </div>
      ))}
    </section>
  );
}

function TabOutcome({ cell, query }: { cell: CellRecord; query: Example }) {
  const { prediction } = cell;
  return (
    <span className="tab-outcome">
      <Outcome cell={cell} query={query} />
      {prediction.kind === 'label' && <span className="muted num">{percent(prediction.probability, 0)}</span>}
    </span>
  );
}
