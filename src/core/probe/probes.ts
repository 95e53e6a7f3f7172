import type { Example } from '../data/example.ts';
import type { Mention } from '../knowledge/types.ts';
import type { PluginInfo } from '../options.ts';
import type { Stream } from '../random/stream.ts';
import { exchanged, moved, surfaces, withoutEntities } from './text.ts';

export interface ProbeTools {
  readonly mentions: (text: string) => readonly Mention[];
  /** Ids of the labels that an example can have. */
  readonly labelsOf: (example: Example) => readonly string[];
  /** A stream of this probe, named by its parts. */
  readonly random: (...name: readonly string[]) => Stream;
}

export interface ProbedDemo {
  readonly example: Example;
  /** Shown without its label line. */
  readonly unlabelled?: boolean;
}

/** A way to break demonstrations and see what the answers lose (KICT's motivating study; METHODS 1.4 and 6). */
export interface Probe extends Pick<PluginInfo, 'title' | 'summary' | 'source' | 'evidence'> {
  readonly id: string;
  /** The demonstrations of one prompt, broken. As many, in the same order. */
  readonly apply: (demos: readonly Example[], tools: ProbeTools) => readonly ProbedDemo[];
  /** Labels are said by made-up words, in the demonstrations and in the answer. */
  readonly symbols?: true;
}

const KICT = 'KICT (Wang et al. 2024), motivating study; METHODS 1.4';

const same = (demos: readonly Example[]): ProbedDemo[] => demos.map((example) => ({ example }));

/** Each text of an example, changed; its options stay. */
const withTexts = (example: Example, change: (text: string, part: string) => string): Example => ({
  ...example,
  text: change(example.text, '1'),
  ...(example.text2 === undefined ? {} : { text2: change(example.text2, '2') }),
});

/** Names change places among all demonstrations of the prompt; other words within each text. */
function shuffle(
  demos: readonly Example[],
  { mentions, random }: ProbeTools,
  { entities, words }: { readonly entities: boolean; readonly words: boolean },
): ProbedDemo[] {
  const namesOf = (text: string) => surfaces(text, mentions(text));
  const names = demos.flatMap(({ text, text2 }) => [...namesOf(text), ...(text2 === undefined ? [] : namesOf(text2))]);
  const turned = entities ? moved(names, random('entities', ...demos.map((demo) => demo.id))) : names;
  let next = 0;
  return demos.map((demo) => ({
    example: withTexts(demo, (text, part) => {
      const own = mentions(text);
      const from = next;
      next += namesOf(text).length;
      return exchanged(text, own, {
        names: turned.slice(from, next),
        ...(words ? { random: random('words', demo.id, part) } : {}),
      });
    }),
  }));
}

function relabelled(example: Example, label: string | undefined): Example {
  return label === undefined ? example : { ...example, label };
}

export const probes: readonly [Probe, ...Probe[]] = [
  {
    id: 'intact',
    title: 'Intact',
    summary: 'The demonstrations as they are: what the others are compared with.',
    source: KICT,
    evidence: 'verified',
    apply: same,
  },
  {
    id: 'no-entities',
    title: 'Without entities',
    summary: 'What names an entity is taken out of the demonstrations.',
    source: KICT,
    evidence: 'recalled',
    apply: (demos, { mentions }) =>
      same(demos.map((demo) => withTexts(demo, (text) => withoutEntities(text, mentions(text))))),
  },
  {
    id: 'shuffled-entities',
    title: 'Entities shuffled',
    summary: 'Entities change places among the demonstrations; all other words stay.',
    source: KICT,
    evidence: 'recalled',
    apply: (demos, tools) => shuffle(demos, tools, { entities: true, words: false }),
  },
  {
    id: 'shuffled-words',
    title: 'Other words shuffled',
    summary: 'Entities stay; the other words of each demonstration change places.',
    source: KICT,
    evidence: 'recalled',
    apply: (demos, tools) => shuffle(demos, tools, { entities: false, words: true }),
  },
  {
    id: 'shuffled-both',
    title: 'Both shuffled',
    summary: 'Other words change places in each demonstration, then entities among all of them.',
    source: KICT,
    evidence: 'recalled',
    apply: (demos, tools) => shuffle(demos, tools, { entities: true, words: true }),
  },
  {
    id: 'random-labels',
    title: 'Random labels',
    summary: 'Each demonstration has a label drawn at random: what the labels themselves teach is gone.',
    source: `${KICT}; Min et al. 2022`,
    evidence: 'recalled',
    apply: (demos, { labelsOf, random }) =>
      same(
        demos.map((demo) => {
          const labels = labelsOf(demo);
          return relabelled(demo, labels[random('label', demo.id).below(Math.max(1, labels.length))]);
        }),
      ),
  },
  {
    id: 'flipped-labels',
    title: 'Flipped labels',
    summary: 'Each label is said to be the next one: consistent, and always wrong.',
    source: 'Wei et al. 2023; METHODS 6',
    evidence: 'recalled',
    apply: (demos, { labelsOf }) =>
      same(
        demos.map((demo) => {
          const labels = labelsOf(demo);
          return relabelled(demo, labels[(labels.indexOf(demo.label) + 1) % Math.max(1, labels.length)]);
        }),
      ),
  },
  {
    id: 'no-labels',
    title: 'No labels',
    summary: 'Demonstrations are shown without their label line.',
    source: KICT,
    evidence: 'recalled',
    apply: (demos) => demos.map((example) => ({ example, unlabelled: true })),
  },
  {
    id: 'symbols',
    title: 'Symbols for labels',
    summary: 'Labels are made-up words, so that only the demonstrations can tell what they mean.',
    source: 'Wei et al. 2023; METHODS 6',
    evidence: 'recalled',
    symbols: true,
    apply: same,
  },
];
