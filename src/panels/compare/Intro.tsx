import { presets } from '../../core/run/presets.ts';
import { Button } from '../../ui/Button.tsx';
import { useDataset, useHost, useSpec } from '../host.ts';
import { presetOf, sentenceOf } from './describe.ts';

/** What the experiment asks, and ready-made ones. */
export function Intro() {
  const host = useHost();
  const spec = useSpec();
  const dataset = useDataset();
  const current = presetOf(spec);
  return (
    <section className="intro" aria-labelledby="question">
      <div className="intro-text">
        <h1 id="question">{current?.question ?? 'Your own experiment'}</h1>
        <p className="intro-sentence">{sentenceOf(spec, dataset)}</p>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form. */}
      <div className="presets" role="group" aria-label="Ready-made experiments">
        {presets.map((preset) => (
          <Button
            key={preset.id}
            aria-pressed={preset.id === current?.id}
            title={preset.question}
            data-testid={`preset-${preset.id}`}
            onClick={() => host.open({ spec: preset.spec })}
          >
            {preset.title}
          </Button>
        ))}
      </div>
    </section>
  );
}
