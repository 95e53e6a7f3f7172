import { useCallback, useEffect, useState } from 'react';
import { fitOf } from '../../engines/fit.ts';
import type { Machine } from '../../engines/machine.ts';
import { type Downloaded, deleteModel, downloadedModels } from '../../engines/web-llm/browser.ts';
import { type CatalogModel, choose, downloadBytes, needOf, webLlmCatalog } from '../../engines/web-llm/catalog.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge } from '../../ui/feedback.tsx';
import { Select } from '../../ui/fields.tsx';
import { count, megabytes } from '../../ui/format.ts';
import { useModels } from '../host.ts';
import { ModelRow } from './ModelRow.tsx';

type Arithmetic = 'f16' | 'f32';

/** Models of web-llm: what they take, whether they fit, what is here of them. */
export function WebLlmModels({ machine, recommended }: { machine: Machine; recommended: string | null }) {
  const half = machine.gpu?.f16 ?? false;
  const [arithmetic, setArithmetic] = useState<Arithmetic>(half ? 'f16' : 'f32');
  const [downloads, setDownloads] = useState<readonly Downloaded[]>([]);
  const { loading, loaded } = useModels();
  const refresh = useCallback(() => void downloadedModels().then(setDownloads, () => setDownloads([])), []);
  // What is here changes when a loading ends, well or not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are the reason to look again.
  useEffect(refresh, [refresh, loading === null, loaded]);
  const { gpu, gpuProblem } = machine;
  return (
    <>
      {(gpu === null || gpu.software) && (
        <p className="small lacking">
          {gpu === null ? gpuProblem : `The processor plays the GPU here (${gpu.name}): a prompt takes minutes.`}
        </p>
      )}
      {half && (
        <div className="panel-choices">
          <Select<Arithmetic>
            label="Arithmetic"
            help="Half precision is faster and smaller. Single precision gives numbers that repeat to four decimals."
            value={arithmetic}
            choices={[
              { value: 'f16', label: 'half precision' },
              { value: 'f32', label: 'single precision' },
            ]}
            onChange={setArithmetic}
          />
        </div>
      )}
      <ul className="model-rows">
        {webLlmCatalog.map((model) => (
          <WebLlmRow
            key={model.id}
            model={model}
            // The model's own id leaves the choice of arithmetic to the machine, so that a link works on more of them.
            id={arithmetic === (half ? 'f16' : 'f32') ? model.id : model[arithmetic].id}
            machine={machine}
            downloads={downloads}
            recommended={recommended === model.id}
            onChange={refresh}
          />
        ))}
      </ul>
    </>
  );
}

function WebLlmRow({
  model,
  id,
  machine,
  downloads,
  recommended,
  onChange,
}: {
  model: CatalogModel;
  id: string;
  machine: Machine;
  downloads: readonly Downloaded[];
  recommended: boolean;
  onChange: () => void;
}) {
  const { variant } = choose(id, machine.gpu?.f16 ?? false);
  const here = downloads.find((download) => download.id === variant.id);
  const size = here?.bytes ?? downloadBytes(model, variant);
  const fit = fitOf(needOf(model, variant), machine, here === undefined ? 0 : size);
  return (
    <ModelRow
      choice={{ engine: 'web-llm', id }}
      title={model.title}
      facts={
        <>
          {(model.parameters / 1e9).toFixed(1)} billion parameters · {here === undefined && 'about '}
          {megabytes(size)} to download · {count(Math.round(variant.memoryMB))} MB on the GPU ·{' '}
          <a href={model.licenceUrl} target="_blank" rel="noreferrer">
            {model.licence}
          </a>
        </>
      }
      badges={
        <>
          {here?.complete && <Badge tone="good">downloaded</Badge>}
          {here?.complete === false && <Badge>download begun</Badge>}
          {model.thinks && <Badge>can think first</Badge>}
        </>
      }
      // What holds for all of them is said once, above.
      reason={fit.kind === 'fits' || machine.gpu === null || machine.gpu.software ? undefined : fit.reason}
      refused={fit.kind === 'no'}
      action={here === undefined ? 'Download and use' : here.complete ? 'Use' : 'Go on and use'}
      recommended={recommended}
    >
      {here !== undefined && (
        <Button
          kind="quiet"
          icon="trash"
          aria-label={`Delete the files of ${model.title}`}
          onClick={() => void deleteModel(here.id).then(onChange)}
        >
          Delete
        </Button>
      )}
    </ModelRow>
  );
}
