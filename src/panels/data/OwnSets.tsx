import { useCallback, useEffect, useState } from 'react';
import type { Imported } from '../../core/data/import/import-file.ts';
import type { OwnData } from '../../core/data/own.ts';
import { useExperiment } from '../host.ts';
import { ColumnsForm } from './ColumnsForm.tsx';
import { SavedSets } from './SavedSets.tsx';
import { SetEditor } from './SetEditor.tsx';
import { Source } from './Source.tsx';

type Stage =
  | { readonly kind: 'source' }
  | { readonly kind: 'columns'; readonly imported: Imported }
  | { readonly kind: 'set'; readonly own: OwnData };

/** From a file to a set: where it comes from, what its columns are, then all that can be changed in it. */
export function OwnSets({ copied, onTaken }: { copied: OwnData | null; onTaken: () => void }) {
  const { rows } = useExperiment();
  const [stage, setStage] = useState<Stage>(() =>
    copied !== null
      ? { kind: 'set', own: copied }
      : rows !== undefined
        ? { kind: 'set', own: rows }
        : { kind: 'source' },
  );
  useEffect(onTaken, []);
  const back = useCallback(() => setStage({ kind: 'source' }), []);
  if (stage.kind === 'columns') {
    return <ColumnsForm imported={stage.imported} onBack={back} onDone={(own) => setStage({ kind: 'set', own })} />;
  }
  if (stage.kind === 'set') return <SetEditor key={stage.own.title} initial={stage.own} onBack={back} />;
  return (
    <div className="own-sets">
      <Source onImported={(imported) => setStage({ kind: 'columns', imported })} />
      <SavedSets onOpen={(own) => setStage({ kind: 'set', own })} />
    </div>
  );
}
