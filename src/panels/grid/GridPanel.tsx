import '../panels.css';
import '../compare/compare.css';
import './grid.css';
import { Settings } from '../compare/Settings.tsx';
import { type Results, useHost, useResults, useSpec } from '../host.ts';
import { BudgetLine } from './BudgetLine.tsx';
import { type Design, designOf, namedFactors, withDesign } from './design.ts';
import { GridResults } from './GridResults.tsx';
import { LevelsForm } from './LevelsForm.tsx';
import { Starters } from './Starters.tsx';

/** All combinations of what an arm can be made of: an ordinary experiment, laid out as a table. */
export function GridPanel() {
  const host = useHost();
  const spec = useSpec();
  const results = useResults();
  const design = designOf(spec);
  const choose = (next: Design) => host.edit((now) => withDesign(now, next));
  return (
    <div className="panel">
      <section className="panel-intro" aria-labelledby="grid-title">
        <h1 id="grid-title">What works together?</h1>
        <p>
          Every combination of the levels that you choose answers the same queries. So one sees what each part does, and
          whether two of them gain more together than the sum of both.
        </p>
      </section>
      {isGrid(results) && <GridResults results={results} />}
      <section className="panel-card card" aria-labelledby="design-title" data-testid="design">
        <div className="section-head">
          <h2 id="design-title">Factors and levels</h2>
          <p className="muted small">
            {design === null
              ? 'The arms of this experiment are not all combinations of their levels. Begin with a grid:'
              : 'The first level of each is the one that the others are compared with.'}
          </p>
        </div>
        <Starters spec={spec} onChoose={choose} />
        {design !== null && (
          <>
            <LevelsForm spec={spec} design={design} onChange={choose} />
            <Settings />
            <BudgetLine />
          </>
        )}
      </section>
    </div>
  );
}

const isGrid = (results: Results | null): results is Results =>
  results !== null && namedFactors(results.experiment.spec.arms) !== null;
