import type { CSSProperties } from 'react';
import { Disclosure } from '../../../ui/feedback.tsx';
import { figure, logProb, percent } from '../../../ui/format.ts';
import type { PromptLine } from './shares.ts';

/** Prompts as lines with their shares, each opening to its whole text. */
export function PromptList({
  name,
  help,
  lines,
  names,
}: {
  name: string;
  help: string;
  lines: readonly PromptLine[];
  /** Of the labels. */
  names: readonly string[];
}) {
  return (
    <div className="prompt-list-box">
      <h4>{name}</h4>
      <p className="field-help">{help}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that it has to be reached by keyboard. */}
      <ol className="prompt-list" aria-label={name} tabIndex={0} data-testid="prompt-list">
        {lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: prompts can be alike, and their order does not change.
          <li key={i}>
            <Disclosure summary={<Line line={line} label={names[line.label] ?? ''} />}>
              <pre className="prompt-whole">{line.text}</pre>
            </Disclosure>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Line({ line: { tail, share, probability, logprob }, label }: { line: PromptLine; label: string }) {
  const says = logprob !== null ? logProb(logprob) : probability !== null ? figure(probability) : '';
  return (
    <span className="prompt-line">
      <span className="prompt-share num" style={{ '--share': percentOf(share) } as CSSProperties}>
        {share === null ? '' : percent(share)}
      </span>
      <span className="clip" title={tail}>
        {tail}
      </span>
      <span className="prompt-says num">
        {label} {says}
      </span>
    </span>
  );
}

const percentOf = (share: number | null): string => `${((share ?? 0) * 100).toFixed(1)}%`;
