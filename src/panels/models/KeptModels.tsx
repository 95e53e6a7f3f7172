import type { Machine } from '../../core/model/machine.ts';
import type { Kept } from '../../engines/kept.ts';
import { Alert, Badge } from '../../ui/feedback.tsx';
import { DeleteFiles } from './DeleteFiles.tsx';
import { keptKind, keptName, keptPercent, keptSize, keptTotal } from './kept.ts';
import type { KeptView } from './use-kept.ts';

/** What is kept of models and embedders on this machine, and how to be rid of it. */
export function KeptModels({ view, machine }: { view: KeptView; machine: Machine | null }) {
  const { here, problem, said, remove } = view;
  return (
    <section className="panel-card card" aria-label="Kept on this machine" data-testid="kept">
      <div className="section-head">
        <h2>Kept on this machine</h2>
      </div>
      <p className="small muted">
        Models and sentence embedders that were downloaded to this browser, also in part. They stay until they are
        deleted here or with the data of this site.
      </p>
      {problem !== null && <Alert tone="error">{problem}</Alert>}
      {here === null ? (
        problem === null && <p className="small muted">Looking what is here</p>
      ) : here.kept.length === 0 ? (
        <p className="small">
          {here.keeps
            ? 'Nothing is downloaded.'
            : 'This browser keeps nothing for a page over plain HTTP: a model is downloaded anew for each tab. Open the page over HTTPS or on localhost to keep it.'}
        </p>
      ) : (
        <ul className="model-rows">
          {here.kept.map((kept) => (
            <Row key={`${kept.engine} ${kept.repository}`} kept={kept} machine={machine} remove={remove} />
          ))}
        </ul>
      )}
      {here?.keeps && (
        <p className="small num" data-testid="kept-total">
          {keptTotal(here)}
        </p>
      )}
      <p className="small" role="status">
        {said}
      </p>
    </section>
  );
}

function Row({ kept, machine, remove }: { kept: Kept; machine: Machine | null; remove: KeptView['remove'] }) {
  const { engine, complete } = kept;
  return (
    <li className="model-row" data-testid={`kept-${kept.id}`}>
      <div className="model-row-text">
        <h3 className="model-name">
          {keptName(kept)} {complete && <Badge tone="good">complete</Badge>}
          {engine !== null && !complete && <Badge tone="warn">{keptPercent(kept)} % downloaded</Badge>}
        </h3>
        <p className="small muted num">
          {keptSize(kept)} · {keptKind(kept)}
        </p>
      </div>
      <DeleteFiles kept={kept} machine={machine} remove={remove} />
    </li>
  );
}
