import { useState } from 'react';
import { type Dataset, type Example, fullText } from '../../core/data/example.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Badge } from '../../ui/feedback.tsx';
import { Select } from '../../ui/fields.tsx';
import { pieces } from '../compare/answers/annotate.ts';
import { EntityText } from '../compare/answers/EntityText.tsx';
import { counted } from './numbers.ts';

const PAGE = 10;

export type Part = 'pool' | 'eval';

/** The rows of a set, a page at a time, with the entities that are linked in them. */
export function Rows({
  dataset,
  knowledge,
  onEdit,
}: {
  dataset: Dataset;
  knowledge: Knowledge;
  onEdit?: (part: Part, index: number) => void;
}) {
  const [part, setPart] = useState<Part>('eval');
  const [page, setPage] = useState(0);
  const rows = part === 'pool' ? dataset.demoPool : dataset.evalSet;
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const at = Math.min(page, pages - 1);
  return (
    <section className="rows" aria-label="Rows">
      <div className="rows-head">
        <Select
          row
          label="Rows of the"
          value={part}
          choices={[
            { value: 'eval', label: `evaluation set (${counted(dataset.evalSet.length)})` },
            { value: 'pool', label: `pool (${counted(dataset.demoPool.length)})` },
          ]}
          onChange={(next) => {
            setPart(next);
            setPage(0);
          }}
        />
        <span className="rows-pages">
          <IconButton icon="left" label="Previous rows" disabled={at === 0} onClick={() => setPage(at - 1)} />
          <span className="small num">
            {at + 1} of {counted(pages)}
          </span>
          <IconButton icon="right" label="Next rows" disabled={at === pages - 1} onClick={() => setPage(at + 1)} />
        </span>
      </div>
      <ol className="row-list" start={at * PAGE + 1}>
        {rows.slice(at * PAGE, (at + 1) * PAGE).map((row, i) => (
          <li key={row.id}>
            <RowText row={row} knowledge={knowledge} />
            {onEdit !== undefined && (
              <Button
                kind="quiet"
                aria-label={`Change row ${at * PAGE + i + 1}`}
                onClick={() => onEdit(part, at * PAGE + i)}
              >
                Change
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function RowText({ row, knowledge }: { row: Example; knowledge: Knowledge }) {
  const text = fullText(row);
  return (
    <div className="row-text">
      <p>
        <EntityText parts={pieces(text, knowledge.link(text))} />
      </p>
      {row.options !== undefined && (
        <p className="small muted">
          {row.options.map((option, i) => `${String.fromCharCode(65 + i)}. ${option}`).join(' · ')}
        </p>
      )}
      <p className="small">
        <Badge>{row.label}</Badge> {row.difficulty !== undefined && <span className="muted">{row.difficulty}</span>}{' '}
        <span className="muted num">{row.id}</span>
      </p>
    </div>
  );
}
