import { defaultsOf, type Fields } from '../../src/core/options.ts';

type Options = Readonly<Record<string, unknown>>;

/** The defaults of a plug-in, then each other choice, toggle and end of a range, one at a time. */
export function variantsOf(fields: Fields): Options[] {
  const defaults: Options = defaultsOf(fields);
  const changed = Object.entries(fields).flatMap(([name, field]) => {
    const values: readonly unknown[] =
      field.kind === 'choice'
        ? field.choices.map((choice) => choice.value)
        : field.kind === 'toggle'
          ? [true, false]
          : [field.min, field.max];
    return values.filter((value) => value !== field.default).map((value) => ({ ...defaults, [name]: value }));
  });
  return [defaults, ...changed];
}
