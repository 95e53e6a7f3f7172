import type { ModelChoice } from '../../core/run/spec.ts';
import { Button } from '../../ui/Button.tsx';
import { Select } from '../../ui/fields.tsx';
import { type LoadedModel, useHost, useSpec } from '../host.ts';
import { withModelArm } from './arms.ts';

type Form = NonNullable<ModelChoice['prompt']>;

/** A model that was trained to chat can read the few-shot prompt as it is, or as what a user says to it. */
export function PromptForm({ model }: { model: LoadedModel }) {
  const host = useHost();
  const spec = useSpec();
  const { engine, id } = model.choice;
  if (spec.model.engine !== engine || spec.model.id !== id) return null;
  const now: Form = spec.model.prompt ?? 'plain';
  const other: Form = now === 'plain' ? 'chat' : 'plain';
  const choice: ModelChoice = { engine, id, prompt: other };
  const title = other === 'chat' ? 'as a chat' : 'plain';
  return (
    <div className="panel-choices">
      <Select<Form>
        label="Prompts"
        help="In the chat template the label’s line begins the model’s own turn."
        value={now}
        choices={[
          { value: 'plain', label: 'as they are' },
          { value: 'chat', label: 'in its chat template' },
        ]}
        onChange={(prompt) => host.edit((before) => ({ ...before, model: { engine, id, prompt } }))}
        after={
          <Button
            icon="plus"
            disabled={withModelArm(spec, choice, title) === null}
            onClick={() => host.edit((before) => withModelArm(before, choice, title) ?? before)}
          >
            Compare both
          </Button>
        }
      />
    </div>
  );
}
