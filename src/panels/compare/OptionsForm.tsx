import type { Fields } from '../../core/options.ts';
import { Select, Toggle } from '../../ui/fields.tsx';
import { NumberField } from '../../ui/NumberField.tsx';

/** A form for the options of any plug-in, made from its fields. */
export function OptionsForm({
  fields,
  values,
  onChange,
}: {
  fields: Fields;
  values: object;
  onChange: (name: string, value: number | boolean | string) => void;
}) {
  const read = values as Readonly<Record<string, unknown>>;
  return Object.entries(fields).map(([name, field]) => {
    const value = read[name] ?? field.default;
    switch (field.kind) {
      case 'number':
        return (
          <NumberField
            key={name}
            slider
            label={field.label}
            help={field.help}
            min={field.min}
            max={field.max}
            step={field.step}
            value={Number(value)}
            onChange={(next) => onChange(name, next)}
          />
        );
      case 'toggle':
        return (
          <Toggle
            key={name}
            label={field.label}
            help={field.help}
            value={value === true}
            onChange={(next) => onChange(name, next)}
          />
        );
      case 'choice':
        return (
          <Select
            key={name}
            label={field.label}
            help={field.help}
            value={String(value)}
            choices={field.choices}
            onChange={(next) => onChange(name, next)}
          />
        );
      default:
        return field satisfies never;
    }
  });
}
