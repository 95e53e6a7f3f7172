import type { CSSProperties } from 'react';
import { HeatTable } from '../../ui/HeatTable.tsx';
import type { Results } from '../host.ts';

export function Confusions({ results }: { results: Results }) {
  const labels = results.dataset.labels.map((label) => label.id);
  return (
    <section aria-labelledby="confusion-title" className="confusion-section">
      <div className="section-head">
        <h2 id="confusion-title">What is taken for what</h2>
        <p className="muted small">
          Rows: the right label. Columns: the answer. The darker, the larger its share of the row.
        </p>
      </div>
      <div className="confusions" style={{ '--labels': labels.length } as CSSProperties}>
        {results.summary.map((summary) => {
          const arm = results.experiment.spec.arms.find((a) => a.id === summary.armId);
          return (
            <div key={summary.armId} className="card confusion">
              <HeatTable
                caption={arm?.name ?? summary.armId}
                rowName="right"
                columnName="answer"
                labels={labels}
                counts={summary.confusion}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}
