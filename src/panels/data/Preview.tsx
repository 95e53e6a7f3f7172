import { useMemo } from 'react';
import type { Dataset } from '../../core/data/example.ts';
import { rightOption } from '../../core/data/example.ts';
import { type OwnData, ownDataset } from '../../core/data/own.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import { renderSegments } from '../../core/prompt/render.ts';
import { Alert } from '../../ui/feedback.tsx';
import { PromptView } from '../compare/answers/PromptView.tsx';

const DEMOS = 2;

/** What a label reads like in a demonstration: its first word, or the option that it names. */
function wordOf(dataset: Dataset, example: Dataset['demoPool'][number]): string {
  const cloze = optionsForm(dataset, dataset.template) === 'cloze' ? rightOption(example) : undefined;
  return cloze ?? dataset.labels.find(({ id }) => id === example.label)?.words[0] ?? example.label;
}

/** The first question as a prompt with two examples, as a model would read it; or why there is none. */
export function Preview({ own, link }: { own: OwnData; link: Knowledge['link'] | null }) {
  const made = useMemo(() => {
    try {
      const dataset = ownDataset({ ...own, pool: own.pool.slice(0, 20), eval: own.eval.slice(0, 1) });
      return { ok: true as const, dataset };
    } catch (error) {
      return { ok: false as const, problem: (error as Error).message };
    }
  }, [own]);
  if (!made.ok) return <Alert tone="error">{made.problem}</Alert>;
  const { dataset } = made;
  const query = dataset.evalSet[0];
  if (query === undefined) return null;
  const demos = dataset.demoPool.slice(0, DEMOS).map((example) => ({ example, word: wordOf(dataset, example) }));
  const segments = renderSegments({ template: dataset.template, demos, query });
  return <PromptView cell={{ segments, promptTokens: null }} query={query} dataset={dataset} link={link} />;
}
