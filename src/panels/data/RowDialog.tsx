import { useId, useState } from 'react';
import type { OwnData } from '../../core/data/own.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { Button } from '../../ui/Button.tsx';
import { Select } from '../../ui/fields.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { withRow } from './edit-own.ts';
import { LinkEditor } from './LinkEditor.tsx';
import type { Part } from './Rows.tsx';

/** One row: its texts, its label and its links. What is changed holds at once. */
export function RowDialog({
  own,
  part,
  index,
  knowledge,
  onChange,
  onClose,
}: {
  own: OwnData;
  part: Part;
  index: number;
  knowledge: Knowledge;
  onChange: (own: OwnData) => void;
  onClose: () => void;
}) {
  const row = own[part][index];
  const [text, setText] = useState(row?.text ?? '');
  const [text2, setText2] = useState(row?.text2 ?? '');
  if (row === undefined) return null;
  const changed = text !== row.text || text2 !== (row.text2 ?? '');
  const save = () => {
    const texts = row.text2 === undefined ? { text } : { text, text2 };
    onChange(withRow(own, part, index, { ...row, ...texts }));
  };
  return (
    <Modal
      title={`Row ${index + 1} of the ${part === 'pool' ? 'pool' : 'evaluation set'}`}
      actions={
        <Button
          icon="trash"
          disabled={own[part].length < 2}
          onClick={() => {
            onClose();
            onChange(withRow(own, part, index, null));
          }}
        >
          Take it out
        </Button>
      }
      onClose={onClose}
    >
      <div className="row-dialog">
        <Area label={row.text2 === undefined ? 'Text' : 'Text 1'} value={text} onChange={setText} />
        {row.text2 !== undefined && <Area label="Text 2" value={text2} onChange={setText2} />}
        <Button kind="primary" disabled={!changed || text.trim() === ''} onClick={save}>
          Save the text
        </Button>
        <Select
          label="Label"
          value={row.label}
          choices={own.labels.map(({ id }) => ({ value: id, label: id }))}
          onChange={(label) => onChange(withRow(own, part, index, { ...row, label }))}
        />
        {changed ? (
          <p className="small muted">Save the text to see and change its links.</p>
        ) : (
          <LinkEditor own={own} row={row} knowledge={knowledge} onChange={onChange} />
        )}
      </div>
    </Modal>
  );
}

function Area({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="input"
        rows={4}
        maxLength={20_000}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
