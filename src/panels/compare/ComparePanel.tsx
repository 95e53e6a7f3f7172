import { lazy, Suspense, useState } from 'react';
import './compare.css';
import { asksOptions } from '../../core/data/example.ts';
import { useResults } from '../host.ts';
import { ArmEditor } from './ArmEditor.tsx';
import { AnswerTable } from './answers/AnswerTable.tsx';
import { Confusions } from './Confusions.tsx';
import { hasClasses } from './describe.ts';
import { Intro } from './Intro.tsx';
import { ResultChart } from './ResultChart.tsx';

const QuestionFigures = lazy(async () => ({ default: (await import('./QuestionFigures.tsx')).QuestionFigures }));
const AnswerDialog = lazy(async () => ({ default: (await import('./answers/AnswerDialog.tsx')).AnswerDialog }));

/** An answer that is open: a row of the table in its present order, and one arm of it. */
export interface OpenAnswer {
  /** Keys of the rows that can be stepped through. */
  readonly rowKeys: readonly string[];
  readonly at: number;
}

export function ComparePanel() {
  const results = useResults();
  const [open, setOpen] = useState<OpenAnswer | null>(null);
  return (
    <div className="compare">
      <Intro />
      <ResultChart />
      <ArmEditor />
      {results !== null && <AnswerTable results={results} onOpen={setOpen} />}
      {results !== null && asksOptions(results.dataset) && (
        <Suspense>
          <QuestionFigures results={results} />
        </Suspense>
      )}
      {results !== null && hasClasses(results) && <Confusions results={results} />}
      {results !== null && open !== null && (
        <Suspense>
          <AnswerDialog results={results} open={open} onMove={setOpen} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </div>
  );
}
