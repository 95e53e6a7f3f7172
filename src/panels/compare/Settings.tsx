import { datasetCatalog } from '../../core/data/bundled.ts';
import { asksOptions, type OptionsForm } from '../../core/data/example.ts';
import { OWN } from '../../core/data/own.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import { LIMITS } from '../../core/run/spec.ts';
import { Select } from '../../ui/fields.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { useDataset, useExperiment, useHost } from '../host.ts';
import { queriesOf } from './describe.ts';
import { withData, withOptionsForm, withPrimary } from './edit.ts';

const FORMS: readonly { readonly value: OptionsForm; readonly label: string }[] = [
  { value: 'cloze', label: 'the text of each is scored' },
  { value: 'letters', label: 'listed, their letters are scored' },
];

/** What all arms share: data, number of queries, trials, seed. */
export function Settings() {
  const host = useHost();
  const { spec, rows } = useExperiment();
  const dataset = useDataset();
  const sets = [
    ...datasetCatalog.map(({ id, title }) => ({ value: id as string, label: title })),
    ...(rows === undefined ? [] : [{ value: OWN, label: `${rows.title} (rows of the link)` }]),
  ];
  const size = dataset?.evalSet.length ?? spec.limit ?? 1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form.
    <div className="settings" role="group" aria-label="Shared by all arms">
      <Select
        label="Data set"
        value={spec.data.id}
        choices={sets}
        onChange={(id) => host.edit((now) => withData(now, id))}
      />
      <NumberField
        label={`Queries, of ${size}`}
        min={1}
        max={size}
        step={1}
        value={queriesOf(spec, dataset) ?? size}
        onChange={(limit) => host.edit((now) => ({ ...now, limit }))}
      />
      <NumberField
        label="Trials"
        min={1}
        max={LIMITS.trials}
        step={1}
        value={spec.trials}
        onChange={(trials) => host.edit((now) => ({ ...now, trials }))}
      />
      <NumberField
        label="Seed"
        min={0}
        max={4294967295}
        step={1}
        value={spec.seed}
        onChange={(seed) => host.edit((now) => ({ ...now, seed }))}
      />
      {dataset !== undefined && asksOptions(dataset) && (
        <Select
          label="Options"
          value={optionsForm(dataset, spec.template ?? dataset.template) ?? 'cloze'}
          choices={FORMS}
          onChange={(form) => host.edit((now) => withOptionsForm(now, dataset.template, form))}
        />
      )}
      {spec.arms.length > 2 && (
        <Select
          label="Primary comparison"
          value={spec.primary ?? ''}
          choices={[
            { value: '', label: 'none: all are corrected together' },
            ...spec.arms.slice(1).map(({ id, name }) => ({ value: id, label: `${name} against the first` })),
          ]}
          onChange={(id) => host.edit((now) => withPrimary(now, id))}
        />
      )}
    </div>
  );
}
