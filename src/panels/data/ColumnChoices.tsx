import type { ColumnMap } from '../../core/data/columns.ts';
import type { ColumnFacts } from '../../core/data/import/facts.ts';
import { Select } from '../../ui/fields.tsx';
import { counted } from './numbers.ts';

const NONE = '';

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
  const { text2: _text2, ...single } = columns;
  const { options: _options, ...plain } = columns;
  return (
    <div className="column-choices">
      <Select label="Text" value={columns.text} choices={choices} onChange={(text) => onChange({ ...columns, text })} />
      <Select
        label="Second text of a pair"
        value={columns.text2 ?? NONE}
        choices={[{ value: NONE, label: 'none' }, ...choices]}
        onChange={(text2) => onChange(text2 === NONE ? single : { ...columns, text2 })}
      />
      <Select
        label="Label"
        value={columns.label}
        choices={choices}
        onChange={(label) => onChange({ ...columns, label })}
      />
      {lists.length > 0 && (
        <Select
          label="Options of a question"
          value={columns.options?.[0] ?? NONE}
          choices={[{ value: NONE, label: 'none' }, ...lists.map((list) => ({ value: list, label: list }))]}
          onChange={(list) => onChange(list === NONE ? plain : { ...columns, options: [list] })}
        />
      )}
    </div>
  );
}
