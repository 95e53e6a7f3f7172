import { Button } from '../../ui/Button.tsx';
import { useExperiment } from '../host.ts';
import { ColumnsForm } from './ColumnsForm.tsx';
import { editSet, setDraft, useDraft } from './draft.ts';
import { SavedSets } from './SavedSets.tsx';
import { SetEditor } from './SetEditor.tsx';
import { Source } from './Source.tsx';

const back = () => setDraft({ kind: 'source' });

/** From a file to a set of one's own. */
export function OwnSets() {
  const { rows } = useExperiment();
  const { draft } = useDraft();
  if (draft.kind === 'columns') return <ColumnsForm imported={draft.imported} onBack={back} onDone={editSet} />;
  if (draft.kind === 'set') return <SetEditor own={draft.own} onChange={editSet} onBack={back} />;
  return (
    <div className="own-sets">
      {rows !== undefined && (
        <p>
          The experiment is on "{rows.title}". <Button onClick={() => editSet(rows)}>Open its data</Button>
        </p>
      )}
      <Source onImported={(imported) => setDraft({ kind: 'columns', imported })} />
      <SavedSets onOpen={editSet} />
    </div>
  );
}
