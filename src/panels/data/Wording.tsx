import { useState } from 'react';
import { asksOptions } from '../../core/data/example.ts';
import type { OwnData } from '../../core/data/own.ts';
import { checkVerbalizer } from '../../core/prompt/verbalizer.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { TextField } from '../../ui/fields.tsx';
import { isBusy, useExperiment, useModels, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { useJob } from '../job.ts';

/** Label words shown at once; the others are found in the file. */
const MOST = 30;

/** The words around the texts, and those that stand for the labels. */
export function Wording({ own, onChange }: { own: OwnData; onChange: (own: OwnData) => void }) {
  const { template, labels } = own;
  const withTemplate = (part: Partial<OwnData['template']>) => onChange({ ...own, template: { ...template, ...part } });
  const asks = asksOptions({ evalSet: own.eval.map((row, i) => ({ ...row, id: `${i}` }) as never).slice(0, 1) });
  return (
    <section className="wording" aria-label="Wording">
      <div className="wording-fields">
        <TextField label="Title" value={own.title} maxLength={120} onChange={(title) => onChange({ ...own, title })} />
        <TextField
          label="Instruction"
          value={template.instruction}
          maxLength={4000}
          onChange={(instruction) => withTemplate({ instruction })}
        />
        {template.inputNames.map((name, i) => (
          <TextField
            // biome-ignore lint/suspicious/noArrayIndexKey: the first name and the second.
            key={i}
            label={template.inputNames.length === 1 ? 'Name of the text' : `Name of text ${i + 1}`}
            value={name}
            maxLength={200}
            onChange={(next) =>
              withTemplate({ inputNames: template.inputNames.map((other, k) => (k === i ? next : other)) })
            }
          />
        ))}
        <TextField
          label="Name of the label"
          value={template.labelName}
          maxLength={200}
          onChange={(labelName) => withTemplate({ labelName })}
        />
      </div>
      {!asks && (
        <>
          <h3>Label words</h3>
          <div className="wording-fields">
            {labels.slice(0, MOST).map(({ id, words }, i) => (
              <TextField
                key={id}
                label={id}
                value={words.join(' | ')}
                maxLength={400}
                onChange={(text) =>
                  onChange({
                    ...own,
                    labels: labels.map((label, k) =>
                      k === i ? { id, words: text.split('|').map((w) => w.trim()) } : label,
                    ),
                  })
                }
              />
            ))}
          </div>
          {labels.length > MOST && <p className="small muted">and {labels.length - MOST} more labels</p>}
          <p className="small muted">
            The first word of a label stands in the examples; several, parted by a bar, are summed. The model in use has
            to tell the words of different labels apart.
          </p>
          <WordCheck labels={labels} />
        </>
      )}
    </section>
  );
}

/** Whether the model in use can tell the label words apart. */
function WordCheck({ labels }: { labels: OwnData['labels'] }) {
  const experiment = useExperiment();
  const models = useModels();
  const busy = isBusy(useStatus());
  const job = useJob<{ labels: OwnData['labels']; warnings: string[] }>();
  const [tried, setTried] = useState(false);
  const start = () => {
    setTried(true);
    job.start(experiment, async ({ materials: { model } }) => ({
      labels,
      warnings: await checkVerbalizer(labels, model),
    }));
  };
  const { state } = job;
  const fresh = state.kind === 'ready' && state.value.labels === labels ? state.value.warnings : null;
  const name = models.loaded?.identity.id ?? experiment.spec.model.id;
  return (
    <div className="word-check">
      <Button disabled={busy || state.kind === 'working'} onClick={start}>
        Check the words
      </Button>
      <JobLine job={job} name="Checking the label words" onRetry={start} />
      {fresh !== null && fresh.length === 0 && <Alert tone="good">{name} tells all label words apart.</Alert>}
      {fresh?.map((warning) => (
        <Alert key={warning} tone="warn">
          {warning}
        </Alert>
      ))}
      {tried && state.kind === 'ready' && fresh === null && (
        <p className="small muted">The words have changed since the check.</p>
      )}
    </div>
  );
}
