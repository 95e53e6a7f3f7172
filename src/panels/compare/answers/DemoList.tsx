import type { Dataset } from '../../../core/data/example.ts';
import { fullText } from '../../../core/data/example.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import { Alert, Badge } from '../../../ui/feedback.tsx';
import { figure, plural } from '../../../ui/format.ts';
import { EntityChip } from './EntityText.tsx';
import { answerText } from './rows.ts';

/** The examples of the prompt, in its order, each with why it was chosen. */
export function DemoList({ cell, dataset }: { cell: CellRecord; dataset: Dataset }) {
  const pool = new Map(dataset.demoPool.map((example) => [example.id, example]));
  const { demos, dropped, shotsRequested } = cell;
  return (
    <section aria-label="Examples and why they were chosen">
      <h3>{demos.length === 0 ? 'No examples' : `${plural(demos.length, 'example')}, and why`}</h3>
      {dropped.length > 0 && (
        <Alert tone="warn">
          {plural(shotsRequested, 'example')} asked for; {dropped.length} did not fit the context and{' '}
          {dropped.length === 1 ? 'was' : 'were'} left out, farthest first: {dropped.join(', ')}.
        </Alert>
      )}
      <ol className="demos">
        {demos.map((demo) => {
          const example = pool.get(demo.id);
          const figures = Object.entries(demo.why.figures);
          return (
            <li key={demo.id} className="demo">
              <p className="demo-text">{example === undefined ? demo.id : fullText(example)}</p>
              <p className="demo-why">
                <Badge>{example === undefined ? demo.label : answerText(example, demo.label)}</Badge> {demo.why.reason}
                {figures.map(([name, value]) => (
                  <span key={name} className="num">
                    {' '}
                    · {name} {figure(value)}
                  </span>
                ))}
              </p>
              {demo.why.shared.length > 0 && (
                <p className="demo-why">
                  shared:{' '}
                  {demo.why.shared.map((id) => (
                    <span key={id}>
                      <EntityChip id={id} />{' '}
                    </span>
                  ))}
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
