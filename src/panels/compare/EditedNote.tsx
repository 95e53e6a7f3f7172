import { Button } from '../../ui/Button.tsx';
import { Badge } from '../../ui/feedback.tsx';
import { useExperiment, useHost, useResults } from '../host.ts';
import { isEdited } from './edited.ts';

/** Results stay what they are when controls change; this says so. */
export function EditedNote() {
  const host = useHost();
  const results = useResults();
  const experiment = useExperiment();
  if (results === null || !isEdited(experiment, results.experiment)) return null;
  return (
    <span className="edited">
      <Badge tone="warn">edited since this run</Badge>
      <Button kind="primary" icon="play" onClick={host.start}>
        Run the edited one
      </Button>
      <Button onClick={() => host.edit(() => results.experiment.spec)}>Undo the edits</Button>
    </span>
  );
}
