import { loadKnowledge } from '../../core/knowledge/load.ts';
import { loadUntrained } from '../../core/knowledge/untrained.ts';
import type { ModelIdentity } from '../../core/model/language-model.ts';
import { FACT_SETS, type FactFigure, type FactSet, runFactProbe, WORDINGS } from '../../core/probe/fact-probe.ts';
import { FACT_CANDIDATES } from '../../core/probe/facts.ts';
import { Button } from '../../ui/Button.tsx';
import { percent } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { type EmbeddedOffer, isBusy, useHost, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useTask } from '../job.ts';
import { useNumberSetting } from '../place.ts';
import { Download } from './Download.tsx';
import { type FactResults, factsCsv, factsJson } from './facts-export.ts';

interface Found extends FactResults {
  readonly readers: readonly EmbeddedOffer[];
}

const SETS: Readonly<Record<FactSet, string>> = { trained: 'Trained facts', untrained: 'Untrained facts' };

/** Does the embedded model know facts, recite them or guess? Its twin, facts that no training saw and counting tell. */
export function Facts() {
  const host = useHost();
  const busy = isBusy(useStatus());
  const [limit, setLimit] = useNumberSetting('facts', { preset: 100, min: 20, max: 1000 });
  const task = useTask<Found>();
  const run = () =>
    task.start('Loading the knowledge base', async ({ signal, report, share }) => {
      const [knowledge, readers] = await Promise.all([loadKnowledge(host.assets), host.models.embedded()]);
      const untrained = await loadUntrained(host.assets, knowledge);
      const models: ModelIdentity[] = [];
      const found = (figures: readonly FactFigure[]): Found => {
        return { readers, knowledge: knowledge.digest, limit, models: [...models], figures };
      };
      const figures = await runFactProbe({
        knowledge,
        untrained,
        limit,
        signal,
        readers: readers.map(({ choice: { id } }) => ({
          id,
          open: async () => {
            const model = await host.models.openEmbedded(id, host.models.backend.getState().backend, signal);
            models.push(model.identity);
            return model;
          },
        })),
        onProgress: (done, asked, total) => {
          share(found(done));
          report('Asking for facts', asked, total);
        },
      });
      return found(figures);
    });
  const found = soFar(task.state);
  return (
    <section className="panel-card card" aria-labelledby="facts-title" data-testid="facts">
      <div className="section-head">
        <h2 id="facts-title">Facts: known, recited or guessed?</h2>
        <p className="muted small">
          The true end of a statement against {FACT_CANDIDATES - 1} others of its type: how often is it the likeliest?
          Guessing gives {percent(1 / FACT_CANDIDATES, 0)}.
        </p>
        <NumberField
          label="Facts of each kind, at most"
          min={20}
          max={1000}
          step={20}
          value={limit}
          onChange={setLimit}
        />
        <Button
          icon="play"
          kind="primary"
          disabled={busy || task.state.kind === 'working'}
          onClick={run}
          data-testid="run-facts"
        >
          Ask both embedded models
        </Button>
        {found !== null && (
          <Download
            name="facts"
            json={() => factsJson(found, task.state.kind === 'ready')}
            csv={() => factsCsv(found.figures)}
          />
        )}
      </div>
      <JobLine job={task} name="Facts" onRetry={run} />
      {found !== null && <FactTable {...found} />}
      <p className="small muted">
        Trained facts are in the knowledge base that the model with knowledge tasks was trained on; its twin was not.
        Untrained facts are as true and of the same kinds, but in no training: right answers there are inferred or
        guessed. No training used the other wording: what is lost there hung on the words.
      </p>
    </section>
  );
}

function FactTable({ readers, figures }: Found) {
  const at = (set: FactSet, reader: string | null, wording: FactFigure['wording']) =>
    figures.find((f) => f.set === set && f.reader === reader && f.wording === wording);
  return (
    <ScrollBox name="True tail first">
      <table className="plain-table" data-testid="fact-table">
        <caption>True end ranked first, with 95 % intervals</caption>
        <thead>
          <tr>
            <th scope="col">Asked</th>
            <th scope="col" className="right">
              Trained wording
            </th>
            <th scope="col" className="right">
              Other wording
            </th>
          </tr>
        </thead>
        {FACT_SETS.map((set) => {
          const counted = at(set, null, null);
          return (
            <tbody key={set}>
              <tr>
                <th scope="rowgroup" colSpan={1 + WORDINGS.length}>
                  <strong>{SETS[set]}</strong> <span className="muted">({counted?.n ?? 0})</span>
                </th>
              </tr>
              {readers.map(({ choice: { id }, title }) => (
                <tr key={id}>
                  <th scope="row">{title}</th>
                  {WORDINGS.map((wording) => (
                    <Share key={wording} figure={at(set, id, wording)} />
                  ))}
                </tr>
              ))}
              <tr>
                <th scope="row">No model: commonest end of such statements</th>
                {WORDINGS.map((wording) => (
                  <Share key={wording} figure={counted} />
                ))}
              </tr>
            </tbody>
          );
        })}
      </table>
    </ScrollBox>
  );
}

function Share({ figure }: { figure: FactFigure | undefined }) {
  return (
    <td className="right num">
      {figure === undefined ? (
        <span className="muted">–</span>
      ) : (
        <>
          <strong>{figure.n === 0 ? '–' : percent(figure.right / figure.n)}</strong>
          <span className="sub muted">
            {percent(figure.interval.low).replace(' %', '')} to {percent(figure.interval.high)}
          </span>
        </>
      )}
    </td>
  );
}
