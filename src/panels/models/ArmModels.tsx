import { modelKey, modelsOf, ownModel } from '../../core/run/models.ts';
import { Button } from '../../ui/Button.tsx';
import { removeArm } from '../compare/edit.ts';
import { isBusy, useHost, useSpec, useStatus } from '../host.ts';

/** Which arm is answered by which model, where that is more than one. */
export function ArmModels() {
  const host = useHost();
  const spec = useSpec();
  const busy = isBusy(useStatus());
  const models = modelsOf(spec);
  if (models.length < 2) return null;
  return (
    <section className="panel-card card" aria-label="Models compared" data-testid="arm-models">
      <div className="section-head">
        <h2>Models compared</h2>
        <Button icon="play" disabled={busy} onClick={host.start}>
          Run the comparison
        </Button>
      </div>
      <p className="small muted">
        The arms of one model run after those of another, on the same queries; every difference is tested on the same
        queries as between two ways of prompting.
      </p>
      <ul className="model-rows">
        {spec.arms.map((arm) => (
          <li key={arm.id} className="model-row small">
            <span className="model-row-text">
              <strong>{arm.name}</strong> <span className="muted">{modelKey(ownModel(arm, spec))}</span>
            </span>
            {arm.model !== undefined && (
              <Button
                kind="quiet"
                icon="trash"
                aria-label={`Remove the arm ${arm.name}`}
                onClick={() => host.edit((now) => removeArm(now, arm.id))}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
