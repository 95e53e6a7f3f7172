import type { ArmPart } from '../../core/answer/answerer.ts';
import { ORDERS } from '../../core/demos/order.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import { SCORES } from '../../core/prompt/verbalizer.ts';
import { answererOf } from '../../core/run/methods.ts';
import { abilityProblem, armProblem, sizeProblem } from '../../core/run/rules.ts';
import { type Arm, LIMITS, type RunSpec } from '../../core/run/spec.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Alert, Badge, Disclosure } from '../../ui/feedback.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { useDataset, useHost, useModels, useSpec } from '../host.ts';
import { queriesOf } from './describe.ts';
import { Evidence } from './Evidence.tsx';
import {
  type ArmChange,
  canAdd,
  changeArm,
  duplicateArm,
  moveArm,
  pluginOf,
  plugins,
  removeArm,
  renamed,
  type Slot,
  typeIn,
  withOption,
  withOrder,
  withPlugin,
  withScore,
  withShots,
} from './edit.ts';
import { OptionsForm } from './OptionsForm.tsx';

const SLOTS: readonly { readonly slot: Slot; readonly label: string }[] = [
  { slot: 'select', label: 'Demos by' },
  { slot: 'ruminate', label: 'Recall' },
  { slot: 'tune', label: 'Tune' },
  { slot: 'calibrate', label: 'Calibrate' },
  { slot: 'answer', label: 'Answer by' },
];

/** Choices that need no explanation. */
const PLAIN: ReadonlySet<string> = new Set(['none', 'model']);

export function ArmCard({ arm, index, count }: { arm: Arm; index: number; count: number }) {
  const host = useHost();
  const spec = useSpec();
  const dataset = useDataset();
  const form = dataset === undefined ? null : optionsForm(dataset, spec.template ?? dataset.template);
  const change = (how: ArmChange) => host.edit((now) => changeArm(now, arm.id, how));
  const { loaded } = useModels();
  const { engine, id } = spec.model;
  const model = loaded?.choice.engine === engine && loaded.choice.id === id ? loaded : null;
  const queries = queriesOf(spec, dataset);
  const problemOf = (own: Arm) =>
    armProblem(own, form) ??
    (dataset === undefined || queries === null ? null : sizeProblem(own, dataset.labels.length, queries)) ??
    (model === null ? null : abilityProblem(own, model));
  const problem = problemOf(arm);
  const greyed = (how: ArmChange) => ({ disabled: problemOf(how(arm)) !== null });
  const ignored = answererOf(arm).ignores;
  /** Said where it is greyed: few models can be tuned. */
  const untunable =
    model === null || problem !== null
      ? undefined
      : (abilityProblem(withPlugin('tune', 'random-prefix')(arm), model) ?? undefined);
  const ignores = (part: ArmPart) => ({ disabled: ignored.includes(part) });
  const choose = ({ slot, label }: (typeof SLOTS)[number]) => {
    const choices = plugins[slot].map(({ type, title }) => ({
      value: type,
      label: title,
      ...greyed(withPlugin(slot, type)),
    }));
    return (
      <Select
        key={slot}
        row
        label={label}
        value={typeIn(slot, arm)}
        {...(slot === 'answer' ? {} : ignores(slot))}
        {...(slot === 'tune' ? { help: untunable } : {})}
        choices={choices}
        onChange={(type) => change(withPlugin(slot, type))}
      />
    );
  };
  const [select, ruminate, tune, calibrate, answer] = SLOTS.map(choose);
  const explained = SLOTS.filter(
    ({ slot }) => !PLAIN.has(typeIn(slot, arm)) && (slot === 'answer' || !ignored.includes(slot)),
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form.
    <div
      className="arm card"
      role="group"
      aria-label={`Arm ${index + 1}, ${arm.name}`}
      data-testid={`arm-${index + 1}`}
    >
      <div className="arm-head">
        <span className="arm-number" aria-hidden="true">
          {index + 1}
        </span>
        {index === 0 && <Badge tone="accent">baseline</Badge>}
        <span className="arm-tools">
          <ArmTools arm={arm} index={index} count={count} />
        </span>
      </div>
      <TextField row label="Name" value={arm.name} maxLength={80} onChange={(name) => change(renamed(name))} />
      {select}
      <NumberField
        row
        slider
        label="Shots"
        min={0}
        max={LIMITS.shots}
        step={1}
        value={arm.shots}
        {...ignores('shots')}
        onChange={(shots) => change(withShots(shots))}
      />
      <Select
        row
        label="Order"
        value={arm.order}
        {...ignores('order')}
        choices={ORDERS.map((order) => ({ ...order, ...greyed(withOrder(order.value)) }))}
        onChange={(order) => change(withOrder(order))}
      />
      {ruminate}
      {tune}
      {calibrate}
      {answer}
      <Select
        row
        label="Score"
        value={arm.score}
        {...ignores('score')}
        choices={SCORES}
        onChange={(score) => change(withScore(score))}
      />
      {problem !== null && <Alert tone="warn">{problem}</Alert>}
      <Disclosure summary="Options and sources">
        <div className="arm-details">
          {explained.map(({ slot }) => {
            const plugin = pluginOf(slot, arm);
            return (
              <div key={slot} className="method">
                <h3>{plugin.title}</h3>
                <p className="field-help">{plugin.summary}</p>
                <Evidence plugin={plugin} />
                <OptionsForm
                  fields={plugin.fields}
                  values={arm[slot] ?? {}}
                  onChange={(name, value) => change(withOption(slot, name, value))}
                />
              </div>
            );
          })}
        </div>
      </Disclosure>
    </div>
  );
}

function ArmTools({ arm, index, count }: { arm: Arm; index: number; count: number }) {
  const host = useHost();
  const edit = (how: (spec: RunSpec) => RunSpec) => () => host.edit(how);
  const full = !canAdd(host.experiment.getState().experiment.spec);
  return (
    <>
      <IconButton
        icon="left"
        label={`Move ${arm.name} forward`}
        disabled={index === 0}
        onClick={edit((spec) => moveArm(spec, arm.id, -1))}
      />
      <IconButton
        icon="right"
        label={`Move ${arm.name} back`}
        disabled={index === count - 1}
        onClick={edit((spec) => moveArm(spec, arm.id, 1))}
      />
      <IconButton
        icon="copy"
        label={`Duplicate ${arm.name}`}
        disabled={full}
        onClick={edit((spec) => duplicateArm(spec, arm.id))}
      />
      <IconButton
        icon="trash"
        label={`Remove ${arm.name}`}
        disabled={count === 1}
        onClick={edit((spec) => removeArm(spec, arm.id))}
      />
    </>
  );
}
