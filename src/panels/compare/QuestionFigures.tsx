import { questionSummary } from '../../core/run/question-summary.ts';
import { percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import type { Results } from '../host.ts';

const DIFFICULTIES = ['easy', 'medium', 'hard'] as const;

/** What answers to questions with options have in common: difficulty, and whether the length of an option decides. */
export function QuestionFigures({ results }: { results: Results }) {
  const { experiment, dataset, cells } = results;
  const rows = experiment.spec.arms.map((arm) => ({
    arm,
    figures: questionSummary(
      dataset,
      cells.filter((cell) => cell.armId === arm.id),
    ),
  }));
  const shown = DIFFICULTIES.filter((difficulty) =>
    rows.some(({ figures }) => figures.byDifficulty.some((part) => part.difficulty === difficulty)),
  );
  return (
    <section aria-labelledby="questions-title" className="confusion-section">
      <div className="section-head">
        <h2 id="questions-title">Which questions are answered</h2>
        <p className="muted small">
          By the difficulty that the author marked, and how often the longest or shortest option was chosen, of the
          questions that have just one.
        </p>
      </div>
      <div className="card confusion">
        <ScrollBox name="Figures of questions">
          <table className="plain-table">
            <caption className="visually-hidden">Figures of questions, by arm</caption>
            <thead>
              <tr>
                <th scope="col">Arm</th>
                {shown.map((difficulty) => (
                  <th key={difficulty} scope="col" className="right">
                    {difficulty}
                  </th>
                ))}
                <th scope="col" className="right">
                  longest chosen
                </th>
                <th scope="col" className="right">
                  shortest chosen
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ arm, figures }) => (
                <tr key={arm.id}>
                  <th scope="row">{arm.name}</th>
                  {shown.map((difficulty) => {
                    const part = figures.byDifficulty.find((p) => p.difficulty === difficulty);
                    return (
                      <td key={difficulty} className="right">
                        {part === undefined ? '–' : percent(part.correct / part.n)}
                        {part !== undefined && (
                          <span className="sub muted">
                            {part.correct} of {part.n}
                          </span>
                        )}
                      </td>
                    );
                  })}
                  <Share {...figures.longest} />
                  <Share {...figures.shortest} />
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      </div>
    </section>
  );
}

function Share({ chosen, right, n }: { chosen: number; right: number; n: number }) {
  return (
    <td className="right">
      {n === 0 ? '–' : percent(chosen / n)}
      {n > 0 && <span className="sub muted">right in {percent(right / n)}</span>}
    </td>
  );
}
