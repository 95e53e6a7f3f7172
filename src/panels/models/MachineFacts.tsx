import type { Machine } from '../../core/model/machine.ts';
import { machineFacts } from './machine-facts.ts';

/** What runs on this machine, and why. */
export function MachineFacts({ machine }: { machine: Machine }) {
  return (
    <dl className="model-facts model-machine small">
      {machineFacts(machine).map(({ name, value, note, good }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong className={good ? undefined : 'lacking'}>{value}</strong> <span className="muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
