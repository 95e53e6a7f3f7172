import { useState } from 'react';
import { fitOf } from '../../core/model/fit.ts';
import type { Arithmetic, Machine } from '../../core/model/machine.ts';
import type { Kept } from '../../engines/kept.ts';
import { Badge } from '../../ui/feedback.tsx';
import { Select } from '../../ui/fields.tsx';
import { count, megabytes } from '../../ui/format.ts';
import { type Offer, useHost } from '../host.ts';
import { DeleteFiles } from './DeleteFiles.tsx';
import { ModelRow } from './ModelRow.tsx';
import type { KeptView } from './use-kept.ts';

/** Models of web-llm: what they take, whether they fit, what is here of them. */
export function WebLlmModels({
  machine,
  recommended,
  kept,
}: {
  machine: Machine;
  recommended: string | null;
  kept: KeptView;
}) {
  const host = useHost();
  const half = machine.gpu?.f16 ?? false;
  const [arithmetic, setArithmetic] = useState<Arithmetic>(half ? 'f16' : 'f32');
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
        {host.models.offers(machine, arithmetic).map((offer) => (
          <OfferRow
            key={offer.choice.id}
            offer={offer}
            machine={machine}
            here={kept.here?.kept.find(({ engine, id }) => engine === offer.choice.engine && id === offer.files)}
            recommended={recommended === offer.choice.id}
            remove={kept.remove}
          />
        ))}
      </ul>
    </>
  );
}

function OfferRow({
  offer,
  machine,
  here,
  recommended,
  remove,
}: {
  offer: Offer;
  machine: Machine;
  here: Kept | undefined;
  recommended: boolean;
  remove: KeptView['remove'];
}) {
  const { choice, title, parameters, licence, licenceUrl, thinks, need } = offer;
  const size = here?.total ?? need.downloadBytes;
  const fit = fitOf({ ...need, downloadBytes: size }, machine, here?.bytes);
  return (
    <ModelRow
      choice={choice}
      title={title}
      facts={
        <>
          {(parameters / 1e9).toFixed(1)} billion parameters · {here === undefined && 'about '}
          {megabytes(size)} to download · {count(Math.round(need.memoryMB))} MB on the GPU ·{' '}
          <a href={licenceUrl} target="_blank" rel="noreferrer">
            {licence}
          </a>
        </>
      }
      badges={
        <>
          {here?.complete && <Badge tone="good">downloaded</Badge>}
          {here?.complete === false && <Badge>download begun</Badge>}
          {thinks && <Badge>can think first</Badge>}
        </>
      }
      // What holds for all of them is said once, above.
      reason={fit.kind === 'fits' || machine.gpu === null || machine.gpu.software ? undefined : fit.reason}
      refused={fit.kind === 'no'}
      action={here === undefined ? 'Download and use' : here.complete ? 'Use' : 'Go on and use'}
      recommended={recommended}
    >
      {here !== undefined && <DeleteFiles kept={here} machine={machine} title={title} remove={remove} />}
    </ModelRow>
  );
}
