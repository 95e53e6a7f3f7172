import { letterOf, MOST_OPTIONS } from '../../core/data/options.ts';
import { type Choice, Select } from '../../ui/fields.tsx';

const NONE = '';

/** The column of each option, and room for one more. */
export function OptionColumns({
  choices,
  options,
  onChange,
}: {
  choices: readonly Choice<string>[];
  options: readonly string[];
  onChange: (options: readonly string[]) => void;
}) {
  const shown = Math.min(options.length + 1, choices.length, MOST_OPTIONS);
  return Array.from({ length: shown }, (_, i) => (
    <Select
      key={letterOf(i)}
      label={`Option ${letterOf(i)}`}
      value={options[i] ?? NONE}
      choices={options.length > 2 || i >= 2 ? [{ value: NONE, label: 'none' }, ...choices] : choices}
      onChange={(column) =>
        onChange([...options.slice(0, i), ...(column === NONE ? [] : [column]), ...options.slice(i + 1)])
      }
    />
  ));
}
