import { useDeferredValue, useMemo, useState } from 'react';
import type { ColumnMap } from '../../core/data/columns.ts';
import { type Built, buildOwn, type Plan } from '../../core/data/import/build.ts';
import { guessColumns } from '../../core/data/import/guess-columns.ts';
import type { Imported } from '../../core/data/import/import-file.ts';
import type { OwnData } from '../../core/data/own.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { TextField, Toggle } from '../../ui/fields.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { Bars } from './Bars.tsx';
import { ColumnChoices } from './ColumnChoices.tsx';
import { counted } from './numbers.ts';
import { Preview } from './Preview.tsx';
import { ImportLine, useImport } from './Source.tsx';

const titleOf = (name: string): string => name.replace(/\.\w+$/u, '').slice(0, 120);

/** Names in a prompt: those of the columns where there are two texts. */
function namesOf({ text, text2, options }: ColumnMap): { inputNames: string[]; labelName: string } {
  const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const asks = options !== undefined;
  return {
    inputNames: text2 === undefined ? [asks ? 'Question' : 'Text'] : [capital(text), capital(text2)],
    labelName: asks ? 'Answer' : 'Label',
  };
}

function firstPlan(imported: Imported): Plan {
  const [first = '', second = first] = imported.table.columns;
  const columns = guessColumns(imported.facts, imported.total) ?? { text: first, label: second };
  return {
    title: titleOf(imported.table.name),
    columns,
    template: { instruction: '', ...namesOf(columns) },
    words: new Map(),
    evalRows: Math.max(1, Math.min(200, Math.floor(imported.table.rows.length / 2))),
    seed: 0,
    skipEmpty: false,
  };
}

type Outcome = { readonly ok: true; readonly built: Built } | { readonly ok: false; readonly problem: string };

/** Which column is what, how the rows are parted, and the prompt that comes of it, live. */
export function ColumnsForm({
  imported,
  onBack,
  onDone,
}: {
  imported: Imported;
  onBack: () => void;
  onDone: (own: OwnData) => void;
}) {
  const [plan, setPlan] = useState<Plan>(() => firstPlan(imported));
  const [second, setSecond] = useState<Imported | null>(null);
  const other = useImport(setSecond);
  const shown = useDeferredValue(plan);
  const outcome = useMemo<Outcome>(() => {
    try {
      return { ok: true, built: buildOwn(imported, second, shown) };
    } catch (error) {
      return { ok: false, problem: (error as Error).message };
    }
  }, [imported, second, shown]);
  const change = (part: Partial<Plan>) => setPlan({ ...plan, ...part });
  const setColumns = (columns: ColumnMap) => change({ columns, template: { ...plan.template, ...namesOf(columns) } });
  const label = imported.facts.find(({ column }) => column === plan.columns.label);
  const { rows } = imported.table;
  return (
    <section className="card panel-card columns-form" aria-labelledby="columns-title">
      <div className="section-head">
        <h2 id="columns-title">{imported.table.name}</h2>
        <p className="muted small">
          {counted(imported.total)} rows, {imported.found}
          {imported.total > rows.length &&
            `; ${counted(rows.length)} of them drawn at random, as many as a tab can hold`}
        </p>
        <Button icon="left" onClick={onBack}>
          Another file
        </Button>
      </div>
      <ColumnChoices facts={imported.facts} columns={plan.columns} onChange={setColumns} />
      <div className="panel-columns">
        <div className="form-fields">
          <TextField label="Title" value={plan.title} maxLength={120} onChange={(title) => change({ title })} />
          {second === null ? (
            <>
              <NumberField
                label="Rows to evaluate"
                help="Drawn at random, each label by its share; the other rows are the pool."
                min={1}
                max={Math.max(1, rows.length - 1)}
                step={1}
                value={plan.evalRows}
                onChange={(evalRows) => change({ evalRows })}
              />
              <NumberField
                label="Seed"
                min={0}
                max={999999}
                step={1}
                value={plan.seed}
                onChange={(seed) => change({ seed })}
              />
            </>
          ) : (
            <p className="small">
              To evaluate: {second.table.name}, {counted(second.total)} rows.{' '}
              <Button onClick={() => setSecond(null)}>Draw from the one file</Button>
            </p>
          )}
          <div className="field">
            <label className="field-label" htmlFor="second-file">
              Or a second file to evaluate on
            </label>
            <input
              id="second-file"
              type="file"
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file !== undefined) other.read(file, file.name);
              }}
            />
          </div>
          <ImportLine state={other} />
          <Toggle
            label="Leave out rows with an empty field"
            value={plan.skipEmpty}
            onChange={(skipEmpty) => change({ skipEmpty })}
          />
          {label?.values !== null && label?.values !== undefined && (
            <Bars title="Labels in the file" counts={[...label.values].sort(([, a], [, b]) => b - a)} />
          )}
        </div>
        <div className="form-preview">
          {outcome.ok ? (
            <>
              <Notes built={outcome.built} />
              <Preview own={outcome.built.own} link={null} />
            </>
          ) : (
            <Alert tone="error">{outcome.problem}</Alert>
          )}
        </div>
      </div>
      <div className="form-actions">
        <Button
          kind="primary"
          disabled={!outcome.ok || plan !== shown}
          onClick={() => outcome.ok && onDone(outcome.built.own)}
        >
          Take these rows
        </Button>
      </div>
    </section>
  );
}

function Notes({ built }: { built: Built }) {
  const { own, leaked, repeated, empty } = built;
  const left = [
    leaked > 0 && `${counted(leaked)} because their text is asked in the evaluation set`,
    repeated > 0 && `${counted(repeated)} because an earlier row of the pool has the same text`,
    empty > 0 && `${counted(empty)} because a field was empty`,
  ].filter((note) => note !== false);
  return (
    <p className="small" role="status">
      {counted(own.pool.length)} rows in the pool, {counted(own.eval.length)} to evaluate, {own.labels.length}{' '}
      {own.pool[0]?.options === undefined ? 'labels' : 'options at most'}.
      {left.length > 0 && ` Left out: ${left.join('; ')}.`}
    </p>
  );
}
