import { letterOf, MOST_OPTIONS } from '../options.ts';

const NAME = /^(|option|options|opt|op|choice|choices|ending|endings|answer|sol)[\s_.-]?([a-z]|\d{1,2})$/iu;

/** Columns that are numbered or lettered from the first on, such as `option_a`, `option_b` or `A`, `B`: options of a question. */
export function guessOptions(columns: readonly string[]): string[] {
  const families = new Map<string, Map<string, string>>();
  for (const column of columns) {
    const [, stem, mark] = NAME.exec(column) ?? [];
    if (stem === undefined || mark === undefined || (stem === '' && /\d/u.test(mark))) continue;
    const key = stem.toLowerCase();
    const family = families.get(key) ?? new Map<string, string>();
    families.set(key, family.set(mark.toUpperCase(), column));
  }
  const runs = [...families.values()].flatMap((family) =>
    [letterOf, (i: number) => String(i), (i: number) => String(i + 1)].map((markOf) => {
      const run: string[] = [];
      for (let i = 0; i < MOST_OPTIONS && family.has(markOf(i)); i++) run.push(family.get(markOf(i)) as string);
      return run;
    }),
  );
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a), []);
  return longest.length < 2 ? [] : longest;
}
