import type { RunSpec } from '../../core/run/spec.ts';
import { Disclosure } from '../../ui/feedback.tsx';
import { Evidence } from '../compare/Evidence.tsx';
import { plugins, type Slot } from '../compare/edit.ts';
import { OptionsForm } from '../compare/OptionsForm.tsx';
import { type Design, levelNames, withLevelOption } from './design.ts';

const SLOTS: readonly Slot[] = ['select', 'ruminate', 'tune', 'calibrate', 'answer'];

/** The options of every method among the levels, as Compare has them for an arm. */
export function LevelOptions({
  spec,
  design,
  onChange,
}: {
  spec: RunSpec;
  design: Design;
  onChange: (design: Design) => void;
}) {
  return (
    <Disclosure summary="Options and sources">
      <div className="level-options">
        {SLOTS.flatMap((part) =>
          design[part].map((level, at) => {
            const plugin = plugins[part].find(({ type }) => type === level?.type);
            if (plugin === undefined || plugin.type === 'none' || plugin.type === 'model') return null;
            const name = levelNames(spec, design, part)[at] ?? plugin.title;
            return (
              <div key={`${part} ${name}`} className="method">
                <h3>{name}</h3>
                <p className="field-help">{plugin.summary}</p>
                <Evidence plugin={plugin} />
                <OptionsForm
                  fields={plugin.fields}
                  values={level ?? {}}
                  onChange={(option, value) => onChange(withLevelOption(design, part, at, option, value))}
                />
              </div>
            );
          }),
        )}
      </div>
    </Disclosure>
  );
}
