import { Button } from '../../ui/Button.tsx';
import { useHost, useSpec } from '../host.ts';
import { ArmCard } from './ArmCard.tsx';
import { addArm, canAdd } from './edit.ts';
import { Settings } from './Settings.tsx';

export function ArmEditor() {
  const host = useHost();
  const spec = useSpec();
  return (
    <section className="arms-section" aria-labelledby="arms-title">
      <div className="section-head">
        <h2 id="arms-title">Set-up</h2>
        <p className="muted small">
          An arm is one way to prompt. All arms answer the same queries; the first is the baseline of every test.
        </p>
        <Button icon="plus" disabled={!canAdd(spec)} data-testid="add-arm" onClick={() => host.edit(addArm)}>
          Add an arm
        </Button>
      </div>
      <Settings />
      <ol className="arms">
        {spec.arms.map((arm, i) => (
          <li key={arm.id} className="arms-item">
            <ArmCard arm={arm} index={i} count={spec.arms.length} />
          </li>
        ))}
      </ol>
    </section>
  );
}
