import { LIMITS, type RunSpec } from '../../core/run/spec.ts';
import { Button } from '../../ui/Button.tsx';
import { plural } from '../../ui/format.ts';
import { crossed, type Design, designOf, sizeOf, withDesign } from './design.ts';
import { starters } from './starters.ts';

const armsOf = (spec: RunSpec): string => JSON.stringify(spec.arms.map(({ id: _id, name: _name, ...arm }) => arm));

/** Ready-made grids; where the experiment is none, also that of its own levels. */
export function Starters({ spec, onChoose }: { spec: RunSpec; onChoose: (design: Design) => void }) {
  const own = crossed(spec);
  const size = sizeOf(own);
  const current = starters.find(({ designFor }) => armsOf(withDesign(spec, designFor(spec))) === armsOf(spec));
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form. */}
      <div className="presets" role="group" aria-label="Ready-made grids">
        {starters.map(({ id, title, question, designFor }) => (
          <Button
            key={id}
            aria-pressed={id === current?.id}
            title={question}
            data-testid={`grid-${id}`}
            onClick={() => onChoose(designFor(spec))}
          >
            {title}
          </Button>
        ))}
        {designOf(spec) === null && size <= LIMITS.arms && (
          <Button data-testid="grid-crossed" onClick={() => onChoose(own)}>
            All {plural(size, 'combination')} of the present arms
          </Button>
        )}
      </div>
      {current !== undefined && <p className="grid-question small">{current.question}</p>}
    </div>
  );
}
