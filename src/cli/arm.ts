import { answerers } from '../core/answer/registry.ts';
import { calibrators } from '../core/calibration/registry.ts';
import { selectors } from '../core/demos/registry.ts';
import { usageError } from '../core/errors.ts';
import type { Field, PluginInfo } from '../core/options.ts';
import { ruminations } from '../core/rumination/registry.ts';
import { tuners } from '../core/tuning/registry.ts';

const PARTS = {
  select: selectors,
  calibrate: calibrators,
  ruminate: ruminations,
  tune: tuners,
  answer: answerers,
} as const;
type Part = keyof typeof PARTS;

const SIMPLE = new Map([
  ['k', 'shots'],
  ['shots', 'shots'],
  ['order', 'order'],
  ['score', 'score'],
  ['name', 'name'],
]);

/** Not checked yet, but for its id and its name. */
export type ParsedArm = Record<string, unknown> & { readonly id: string; name: string };

/**
 * An arm from `select=ker,k=8,calibrate=kpc,ruminate=none`. Other keys are options of the chosen methods, by their own
 * name (`alpha=0.3`) or with the part in front (`ruminate.temperature=0`). The spec's schema checks the values.
 */
export function parseArm(text: string, index: number): ParsedArm {
  const pairs = text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw usageError(`--arm "${text}": "${pair}" is not key=value.`);
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
  });
  const arm: ParsedArm = { id: `arm-${index + 1}`, name: text.slice(0, 80), shots: 8 };
  const chosen: Record<Part, Record<string, unknown>> = {
    select: { type: 'random' },
    calibrate: { type: 'none' },
    ruminate: { type: 'none' },
    tune: { type: 'none' },
    answer: { type: 'model' },
  };
  for (const [key, value] of pairs) if (Object.hasOwn(PARTS, key)) chosen[key as Part].type = value;
  for (const [key, value] of pairs) {
    if (Object.hasOwn(PARTS, key)) continue;
    const simple = SIMPLE.get(key);
    if (simple !== undefined) arm[simple] = simple === 'shots' ? Number(value) : value;
    else {
      const { part, name, field } = optionOf(text, key, chosen);
      chosen[part][name] = optionValue(field, value);
    }
  }
  const { tune, ...parts } = chosen;
  return { ...arm, ...parts, ...(tune.type === 'none' ? {} : { tune }) };
}

function optionOf(text: string, key: string, chosen: Record<Part, Record<string, unknown>>) {
  const [prefix, rest] = key.includes('.') ? (key.split('.', 2) as [string, string]) : [null, key];
  const found = (Object.keys(PARTS) as Part[]).flatMap((part) => {
    const registry: Record<string, PluginInfo> = PARTS[part];
    const fields = Object.values(registry).find((p) => p.type === chosen[part].type)?.fields ?? {};
    const field = Object.hasOwn(fields, rest) ? fields[rest] : undefined;
    return field === undefined || (prefix !== null && prefix !== part) ? [] : [{ part, name: rest, field }];
  });
  const [only, ...others] = found;
  if (only === undefined) {
    throw usageError(`--arm "${text}": nothing chosen here has the option "${key}".`);
  }
  if (others.length > 0) {
    throw usageError(
      `--arm "${text}": "${key}" is ambiguous; write ${found.map((f) => `${f.part}.${key}`).join(' or ')}.`,
    );
  }
  return only;
}

function optionValue(field: Field, value: string): unknown {
  if (field.kind === 'number') return value === '' ? value : Number(value);
  if (field.kind === 'toggle') return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}
