import type { Example, Template } from '../data/example.ts';
import { letterOf } from '../data/options.ts';

/** What a prompt shows of an example. */
export type Shown = Pick<Example, 'text' | 'text2' | 'options'>;

export type SegmentRole = 'frame' | 'instruction' | 'demo' | 'demo-label' | 'query' | 'thought' | 'cue';

/** A stretch of a prompt and what it is; the prompt is their texts joined. */
export interface Segment {
  readonly role: SegmentRole;
  readonly text: string;
  /** Id of the demonstration it belongs to. */
  readonly demoId?: string;
}

export interface PromptParts {
  readonly template: Template;
  /** A demonstration whose word is empty is shown without its label line. */
  readonly demos: readonly { readonly example: Example; readonly word: string; readonly thought?: string }[];
  readonly query: Shown;
  /** Written before the query's label line, for example by rumination. */
  readonly thought?: string;
}

/** One line of space-collapsed text: a line break inside a text would end its slot. */
const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/**
 * `Name: text` for each text of an example. An empty name leaves the text bare; an empty text ends after the name.
 * Where letters are asked for, the options follow, one a line.
 */
export function inputLines(template: Template, example: Shown): string {
  const texts = example.text2 === undefined ? [example.text] : [example.text, example.text2];
  const lines = texts.map((text, i) => {
    const name = template.inputNames[i] ?? '';
    return [name === '' ? '' : `${name}:`, oneLine(text)].filter((part) => part !== '').join(' ');
  });
  const listed = template.options === 'letters' ? (example.options ?? []) : [];
  return [...lines, ...listed.map((option, i) => `${letterOf(i)}. ${oneLine(option)}`.trimEnd())].join('\n');
}

/**
 * The few-shot prompt of METHODS 0.4: instruction, blank line, demonstrations with their label word, each ended by a
 * blank line, then the query up to its label name. No trailing space: a label word is scored with a leading space.
 * Texts are concatenated, never substituted into one another, so that a text cannot fill a slot. In a chat model's frame
 * all but the label's line is the user's turn.
 */
export function renderSegments({ template, demos, query, thought }: PromptParts): Segment[] {
  const segments: Segment[] = [];
  const { frame } = template;
  if (frame !== undefined) segments.push({ role: 'frame', text: frame.before });
  const instruction = template.instruction.trim();
  if (instruction !== '') segments.push({ role: 'instruction', text: `${instruction}\n\n` });
  for (const { example, word, thought: shown = '' } of demos) {
    const line = oneLine(shown) === '' ? '' : `${oneLine(shown)}\n`;
    if (word === '') {
      segments.push({ role: 'demo', text: `${inputLines(template, example)}\n${line}\n`, demoId: example.id });
      continue;
    }
    segments.push({
      role: 'demo',
      text: `${inputLines(template, example)}\n${line}${template.labelName}:`,
      demoId: example.id,
    });
    segments.push({ role: 'demo-label', text: ` ${word}\n\n`, demoId: example.id });
  }
  segments.push({ role: 'query', text: `${inputLines(template, query)}\n` });
  if (thought !== undefined && oneLine(thought) !== '')
    segments.push({ role: 'thought', text: `${oneLine(thought)}\n` });
  if (frame !== undefined) segments.push({ role: 'frame', text: frame.after });
  segments.push({ role: 'cue', text: `${template.labelName}:` });
  return segments;
}

export const promptText = (segments: readonly Segment[]): string => segments.map((s) => s.text).join('');
