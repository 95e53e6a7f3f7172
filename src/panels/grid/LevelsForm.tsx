import { ORDERS } from '../../core/demos/order.ts';
import { SCORES } from '../../core/prompt/verbalizer.ts';
import type { GridPart } from '../../core/run/grid.ts';
import { type Arm, LIMITS, type RunSpec } from '../../core/run/spec.ts';
import { Disclosure } from '../../ui/feedback.tsx';
import { Select } from '../../ui/fields.tsx';
import { plugins } from '../compare/edit.ts';
import { addLevel, type Design, firstLevel, isSlot, levelNames, methodLevel, removeLevel } from './design.ts';
import { LevelList } from './LevelList.tsx';
import { LevelOptions } from './LevelOptions.tsx';

const NAMES: Readonly<Record<GridPart, string>> = {
  select: 'Demos by',
  calibrate: 'Calibrate',
  ruminate: 'Recall',
  tune: 'Tune',
  shots: 'Shots',
  order: 'Order',
  answer: 'Answer by',
  score: 'Score',
  model: 'Model',
};

const MAIN: readonly GridPart[] = ['select', 'calibrate', 'ruminate', 'shots'];
const OTHERS: readonly GridPart[] = ['tune', 'order', 'answer', 'score'];

const SHOTS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, LIMITS.shots];

/** Levels that a part can have, by a text of each. */
function choicesFor(part: GridPart): { readonly value: string; readonly label: string }[] {
  if (isSlot(part)) return plugins[part].map(({ type, title }) => ({ value: type, label: title }));
  if (part === 'shots') return SHOTS.map((n) => ({ value: String(n), label: String(n) }));
  return part === 'order' ? [...ORDERS] : [...SCORES];
}

function levelOf(part: GridPart, text: string): Arm[GridPart] | null {
  if (isSlot(part)) return methodLevel(part, text);
  return part === 'shots' ? Number(text) : (text as Arm['order']);
}

const textOf = (value: Arm[GridPart]): string => {
  if (typeof value === 'object') return 'type' in value ? value.type : value.id;
  return value === undefined ? 'none' : String(value);
};

interface Props {
  readonly spec: RunSpec;
  readonly design: Design;
  readonly onChange: (design: Design) => void;
}

/** Which parts vary, and over what. */
export function LevelsForm(props: Props) {
  const { design } = props;
  const open = OTHERS.filter((part) => design[part].length > 1);
  const shown = [...MAIN, ...open, ...(design.model.length > 1 ? (['model'] as const) : [])];
  const hidden = OTHERS.filter((part) => !open.includes(part));
  return (
    <div className="levels-form">
      {shown.map((part) => (
        <Part key={part} part={part} {...props} />
      ))}
      {hidden.length > 0 && (
        <Disclosure summary="Other parts">
          <div className="levels-form">
            {hidden.map((part) => (
              <Part key={part} part={part} {...props} />
            ))}
          </div>
        </Disclosure>
      )}
      <LevelOptions {...props} />
    </div>
  );
}

function Part({ part, spec, design, onChange }: Props & { part: GridPart }) {
  const names = levelNames(spec, design, part);
  const taken = new Set(design[part].map(textOf));
  const left = part === 'model' ? [] : choicesFor(part).filter(({ value }) => !taken.has(value));
  const choices = left.map(({ value, label }) => {
    const level = levelOf(part, value);
    return { value, label, disabled: level === null || addLevel(design, part, level) === design };
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form.
    <div className="levels-part" role="group" aria-label={NAMES[part]} data-testid={`levels-${part}`}>
      <span className="levels-name">{NAMES[part]}</span>
      <LevelList
        names={names}
        onRemove={(at) => onChange(removeLevel(design, part, at))}
        onFirst={(at) => onChange(firstLevel(design, part, at))}
      />
      {choices.length > 0 && (
        <span className="levels-add">
          <Select
            label={`Add to ${NAMES[part]}`}
            value=""
            choices={[{ value: '', label: 'add a level' }, ...choices]}
            onChange={(text) => {
              const level = text === '' ? null : levelOf(part, text);
              if (level !== null) onChange(addLevel(design, part, level));
            }}
          />
        </span>
      )}
    </div>
  );
}
