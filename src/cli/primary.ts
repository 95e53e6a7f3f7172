import { usageError } from '../core/errors.ts';

/**
 * The arm of `--primary ARM,ARM`: the comparison that the experiment is about, named before it runs. An arm is its number,
 * counted from 1, or its name; all arms are compared with the first, so that it is one of the two.
 * @returns the id of the other one.
 */
export function primaryOf(text: string, arms: readonly { readonly id: string; readonly name: string }[]): string {
  const named = arms.map(({ name }, i) => `${i + 1} "${name}"`).join(', ');
  const parts = text.split(',').map((part) => part.trim());
  const places = parts.map((part) => {
    const byName = arms.flatMap(({ name }, i) => (name === part ? [i] : []));
    if (byName.length > 1)
      throw usageError(`--primary "${text}": ${byName.length} arms are named "${part}". Give its number.`);
    const place = byName[0] ?? (/^\d+$/u.test(part) ? Number(part) - 1 : -1);
    if (arms[place] === undefined)
      throw usageError(`--primary "${text}": there is no arm "${part}". There are ${named}.`);
    return place;
  });
  const others = places.filter((place) => place !== 0);
  const [other] = others;
  if (places.length !== 2 || others.length !== 1 || other === undefined) {
    throw usageError(
      `--primary "${text}" is no comparison with the first arm. Give two arms, as in --primary 1,2, and the baseline as the first --arm. There are ${named}.`,
    );
  }
  return (arms[other] as (typeof arms)[number]).id;
}
