import * as v from 'valibot';

/**
 * Options of a plug-in, described once: the schema, the defaults, the type and the form are all derived from the
 * same fields.
 */
export interface NumberField {
  readonly kind: 'number';
  readonly label: string;
  readonly help: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
}

export interface ToggleField {
  readonly kind: 'toggle';
  readonly label: string;
  readonly help: string;
  readonly default: boolean;
}

export interface ChoiceField<T extends string = string> {
  readonly kind: 'choice';
  readonly label: string;
  readonly help: string;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly default: T;
}

export type Field = NumberField | ToggleField | ChoiceField;
export type Fields = Readonly<Record<string, Field>>;

export type OptionsOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends NumberField
    ? number
    : F[K] extends ToggleField
      ? boolean
      : F[K] extends ChoiceField<infer T>
        ? T
        : never;
};

const text = (label: string, help: string) => ({ label, help });

export const number = (
  label: string,
  help: string,
  range: Pick<NumberField, 'min' | 'max' | 'step' | 'default'>,
): NumberField => ({ kind: 'number', ...text(label, help), ...range });

export const toggle = (label: string, help: string, preset: boolean): ToggleField => ({
  kind: 'toggle',
  ...text(label, help),
  default: preset,
});

export const choice = <const T extends string>(
  label: string,
  help: string,
  choices: readonly { readonly value: T; readonly label: string }[],
  preset: NoInfer<T>,
): ChoiceField<T> => ({ kind: 'choice', ...text(label, help), choices, default: preset });

function fieldSchema(name: string, field: Field): v.GenericSchema<unknown> {
  switch (field.kind) {
    case 'number': {
      const whole = Number.isInteger(field.step) && Number.isInteger(field.min);
      return v.optional(
        v.pipe(
          v.number(`${name} must be a number`),
          v.check((x) => x >= field.min, `${name} must be at least ${field.min}`),
          v.check((x) => x <= field.max, `${name} must be at most ${field.max}`),
          v.check((x) => !whole || Number.isInteger(x), `${name} must be a whole number`),
        ),
        field.default,
      );
    }
    case 'toggle':
      return v.optional(v.boolean(`${name} must be true or false`), field.default);
    case 'choice': {
      const values = field.choices.map((c) => c.value);
      return v.optional(v.picklist(values, `${name} must be one of ${values.join(', ')}`), field.default);
    }
  }
}

/** A schema of `{ type, ...options }` that fills in defaults and refuses unknown options. */
export function variantSchema<T extends string, F extends Fields>(type: T, fields: F) {
  const entries: Record<string, v.GenericSchema<unknown>> = {};
  for (const [name, field] of Object.entries(fields)) entries[name] = fieldSchema(name, field);
  return v.strictObject({ type: v.literal(type), ...entries });
}

export function defaultsOf<F extends Fields>(fields: F): OptionsOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default])) as OptionsOf<F>;
}

/** What a registry knows of each plug-in: `type` is its id in specs and links. */
export interface PluginInfo<F extends Fields = Fields> {
  readonly type: string;
  readonly title: string;
  /** One or two sentences for the user. */
  readonly summary: string;
  /** Paper and section, or `ours`. */
  readonly source: string;
  /** verified: read in paper or code; recalled: after the paper, not checked against its text; ours: our own design. */
  readonly evidence: 'verified' | 'recalled' | 'ours';
  /** It counts labels that all queries share, so it says nothing where each question has its own options. */
  readonly needsSharedLabels?: boolean;
  readonly fields: F;
}

/** The union `{ type, ...options }` over a registry. */
export type ChoiceOf<R extends Record<string, PluginInfo>> = {
  readonly [K in keyof R & string]: { readonly type: K } & OptionsOf<R[K]['fields']>;
}[keyof R & string];
