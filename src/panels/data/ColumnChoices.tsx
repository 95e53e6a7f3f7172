import type { ColumnMap } from '../../core/data/columns.ts';
import type { ColumnFacts } from '../../core/data/import/facts.ts';
import { guessOptions } from '../../core/data/import/guess-options.ts';
import { Select } from '../../ui/fields.tsx';
import { counted } from './numbers.ts';
import { OptionColumns } from './OptionColumns.tsx';

const NONE = '';
/** Options in columns of their own, and in the items of a list. */
const APART = 'apart';
const LIST = 'list:';

/** What a column looks like, in a few words. */
const looks = ({ column, values, empty, length }: ColumnFacts): string => {
  const kinds = values === null ? `about ${Math.round(length)} characters` : `${counted(values.size)} values`;
  return `${column} (${kinds}${empty > 0 ? `, ${counted(empty)} empty` : ''})`;
};

/** Columns that hold the items of one list, `choices.text.0`, `choices.text.1`: as options of a question. */
export function optionLists(columns: readonly string[]): string[] {
  const lists = columns.flatMap((column) => /^(.+)\.0$/u.exec(column)?.[1] ?? []);
  return lists.filter((list) => columns.includes(`${list}.1`));
}

export function ColumnChoices({
  facts,
  columns,
  onChange,
}: {
  facts: readonly ColumnFacts[];
  columns: ColumnMap;
  onChange: (columns: ColumnMap) => void;
}) {
  const choices = facts.map((f) => ({ value: f.column, label: looks(f) }));
  const lists = optionLists(facts.map((f) => f.column));
  const { options } = columns;
  const names = facts.map((f) => f.column);
  const { text2: _text2, ...single } = columns;
  const { options: _options, ...plain } = columns;
  const inList = options?.length === 1 && lists.includes(options[0] as string);
  const setOptions = (chosen: string) => {
    if (chosen === NONE) return onChange(plain);
    if (chosen !== APART) return onChange({ ...columns, options: [chosen.slice(LIST.length)] });
    const guessed = guessOptions(names);
    const others = names.filter((name) => name !== columns.text && name !== columns.label && name !== columns.text2);
    return onChange({
      ...columns,
      options: guessed.length > 0 ? guessed : (others.length > 1 ? others : names).slice(0, 2),
    });
  };
  return (
    <div className="column-choices">
      <Select
        label={options === undefined ? 'Text' : 'Question'}
        value={columns.text}
        choices={choices}
        onChange={(text) => onChange({ ...columns, text })}
      />
      <Select
        label="Second text of a pair"
        value={columns.text2 ?? NONE}
        choices={[{ value: NONE, label: 'none' }, ...choices]}
        onChange={(text2) => onChange(text2 === NONE ? single : { ...columns, text2 })}
      />
      <Select
        label={options === undefined ? 'Label' : 'Right option'}
        help={options === undefined ? undefined : 'Its letter, its number counted from 0, or its text.'}
        value={columns.label}
        choices={choices}
        onChange={(label) => onChange({ ...columns, label })}
      />
      {names.length > 1 && (
        <Select
          label="Options of a question"
          value={options === undefined ? NONE : inList ? `${LIST}${options[0]}` : APART}
          choices={[
            { value: NONE, label: 'none' },
            { value: APART, label: 'a column for each' },
            ...lists.map((list) => ({ value: `${LIST}${list}`, label: `the items of ${list}` })),
          ]}
          onChange={setOptions}
        />
      )}
      {options !== undefined && !inList && (
        <OptionColumns
          choices={choices}
          options={options}
          onChange={(chosen) => onChange({ ...columns, options: chosen })}
        />
      )}
    </div>
  );
}
