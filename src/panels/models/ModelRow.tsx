import type { ReactNode } from 'react';
import type { ModelChoice } from '../../core/run/spec.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge } from '../../ui/feedback.tsx';
import { useHost, useModels, useSpec } from '../host.ts';
import { withModelArm } from './arms.ts';

/** One model of the list, with what can be done with it. */
export function ModelRow({
  choice,
  title,
  facts,
  badges,
  reason,
  action,
  refused = false,
  recommended = false,
  children,
}: {
  choice: ModelChoice;
  title: string;
  /** Size, licence and the like. */
  facts: ReactNode;
  badges?: ReactNode;
  /** What speaks against it. */
  reason?: string | undefined;
  /** Text of the button that loads it. */
  action: string;
  refused?: boolean;
  recommended?: boolean;
  /** Further actions. */
  children?: ReactNode;
}) {
  const host = useHost();
  const { loaded, loading } = useModels();
  const spec = useSpec();
  const same = (other: ModelChoice | undefined) => other?.engine === choice.engine && other.id === choice.id;
  const inUse = same(loaded?.choice);
  const isLoading = same(loading?.choice);
  return (
    <li className="model-row" data-testid={`model-${choice.id}`}>
      <div className="model-row-text">
        <h4>
          {title} {recommended && <Badge tone="accent">recommended here</Badge>} {badges}
        </h4>
        <p className="small muted num">{facts}</p>
        {reason !== undefined && <p className={`small ${refused ? 'lacking' : ''}`}>{reason}</p>}
      </div>
      <div className="model-row-actions">
        {children}
        <Button
          kind="quiet"
          icon="plus"
          disabled={refused || withModelArm(spec, choice, title) === null}
          aria-label={`Compare ${title} as an arm`}
          onClick={() => host.edit((now) => withModelArm(now, choice, title) ?? now)}
        >
          As an arm
        </Button>
        <Button
          kind={recommended && !inUse ? 'primary' : 'plain'}
          disabled={refused || inUse || isLoading}
          aria-label={inUse ? `${title} is in use` : `${action}: ${title}`}
          onClick={() => host.models.use(choice)}
        >
          {inUse ? 'In use' : isLoading ? 'Loading' : action}
        </Button>
      </div>
    </li>
  );
}
