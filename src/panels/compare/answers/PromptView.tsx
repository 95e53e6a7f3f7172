import { type ReactNode, useState } from 'react';
import type { Dataset, Example } from '../../../core/data/example.ts';
import type { Mention } from '../../../core/knowledge/types.ts';
import { promptText, type Segment, type SegmentRole } from '../../../core/prompt/render.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Toggle } from '../../../ui/fields.tsx';
import { plural } from '../../../ui/format.ts';
import { pieces, segmentMentions } from './annotate.ts';
import { EntityText } from './EntityText.tsx';
import './answers.css';

const NAMES: Record<SegmentRole, string> = {
  frame: 'chat template',
  instruction: 'instruction',
  demo: 'example',
  'demo-label': 'its label',
  query: 'query',
  thought: 'thought',
  cue: 'cue',
};

interface Block {
  readonly name: string;
  readonly segments: readonly { readonly segment: Segment; readonly at: number }[];
}

/** A demonstration and its label share a block, whichever comes first; every other segment has its own. */
function blocksOf(segments: readonly Segment[]): Block[] {
  const blocks: { name: string; segments: { segment: Segment; at: number }[] }[] = [];
  let demos = 0;
  let at = 0;
  for (const segment of segments) {
    const last = blocks.at(-1);
    const demoId = segment.demoId;
    if (demoId !== undefined && demoId === last?.segments[0]?.segment.demoId) last.segments.push({ segment, at });
    else {
      if (demoId !== undefined) demos++;
      const name = demoId === undefined ? NAMES[segment.role] : `${NAMES.demo} ${demos}`;
      blocks.push({ name, segments: [{ segment, at }] });
    }
    at += segment.text.length;
  }
  return blocks;
}

const endsBlank = ({ segments }: Block): boolean => segments.at(-1)?.segment.text.endsWith('\n\n') ?? false;

/** Spaces and line ends made visible, without a change of the text itself. */
function visible(text: string): ReactNode {
  return [...text.matchAll(/ |\n|[^ \n]+/gu)].map((m) => {
    if (m[0] === ' ')
      return (
        <span key={m.index} className="space">
          {' '}
        </span>
      );
    if (m[0] === '\n')
      return (
        <span key={m.index} className="line-end">
          {'\n'}
        </span>
      );
    return m[0];
  });
}

/** The prompt exactly as the model reads it, each part marked by what it is. */
export function PromptView({
  cell,
  query,
  dataset,
  link,
}: {
  /** `promptTokens` is `null` where no model has counted them. */
  cell: Pick<CellRecord, 'segments'> & { readonly promptTokens: number | null };
  query: Example;
  dataset: Dataset;
  link: ((text: string) => readonly Mention[]) | null;
}) {
  const [whitespace, setWhitespace] = useState(false);
  const [entities, setEntities] = useState(true);
  const pool = new Map(dataset.demoPool.map((example) => [example.id, example]));
  const partsOf = (segment: Segment) => {
    const example = segment.demoId === undefined ? query : pool.get(segment.demoId);
    const mentions = entities && link !== null ? segmentMentions(segment, example, link) : [];
    return pieces(segment.text, mentions);
  };
  return (
    <section className="prompt-section" aria-label="Exact prompt">
      <div className="section-head">
        <h3>Exact prompt</h3>
        {cell.promptTokens !== null && (
          <span className="muted small num" data-testid="prompt-tokens">
            {plural(cell.promptTokens, 'token')}
          </span>
        )}
        <span className="prompt-tools">
          {link !== null && <Toggle label="Entities" value={entities} onChange={setEntities} />}
          <Toggle label="White space" value={whitespace} onChange={setWhitespace} />
          <CopyButton label="Copy prompt" text={() => promptText(cell.segments)} data-testid="copy-prompt" />
        </span>
      </div>
      <div className={whitespace ? 'prompt prompt-visible' : 'prompt'} data-testid="prompt">
        {blocksOf(cell.segments).map((block) => (
          <div key={block.segments[0]?.at} className="prompt-block">
            <span className="prompt-name" data-name={block.name}>
              <span className="visually-hidden">{block.name}: </span>
            </span>
            <span className={endsBlank(block) ? 'prompt-text prompt-gap' : 'prompt-text'}>
              {block.segments.map(({ segment, at }) => (
                <span key={at} className={`segment segment-${segment.role}`} data-role={segment.role}>
                  <EntityText parts={partsOf(segment)} {...(whitespace ? { render: visible } : {})} />
                </span>
              ))}
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}
