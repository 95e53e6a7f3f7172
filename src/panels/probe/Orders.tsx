import { useState } from 'react';
import { candidateOrders } from '../../core/demos/entropy.ts';
import { type OrderCell, runOrders, sensitivity } from '../../core/probe/orders.ts';
import { stream } from '../../core/random/stream.ts';
import type { Arm } from '../../core/run/spec.ts';
import { Button } from '../../ui/Button.tsx';
import { Disclosure } from '../../ui/feedback.tsx';
import { fixed, percent, plural } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { isBusy, type Results, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useJob } from '../job.ts';
import { useNumberSetting } from '../place.ts';
import { soleSpec } from '../select/side-by-side.ts';
import { useWork } from '../work.ts';
import { Download } from './Download.tsx';
import { type Origin, ordersCsv, probeJson } from './export.ts';
import { EntropyTable, OrderGrid } from './OrderGrid.tsx';

/** How much the accuracy hangs on which examples are drawn, and how much on their order alone. */
export function Orders({ results, arm, queries }: { results: Results; arm: Arm; queries: number }) {
  const { experiment, dataset } = results;
  const [sets, setSets] = useNumberSetting('sets', { preset: 3, min: 1, max: 10 });
  const [orders, setOrders] = useNumberSetting('orders', { preset: 6, min: 1, max: 24 });
  const busy = isBusy(useStatus());
  const job = useJob<readonly OrderCell[]>();
  const workFor = useWork();
  const possible = candidateOrders(arm.shots, stream('count')).length;
  const tried = Math.min(orders, possible);
  const total = sets * tried * queries;
  const problem = arm.shots < 2 ? 'This arm shows fewer than two examples: there is no order to change.' : null;
  const [origin, setOrigin] = useState<Origin | null>(null);
  const run = () => {
    setOrigin({ probe: 'orders', results, arm, settings: { sets, orders: tried, queries } });
    job.start(experiment, async ({ materials, signal, report, share }) => {
      const work = await workFor(soleSpec(experiment.spec, arm), materials, report);
      return runOrders({
        work,
        arm,
        sets,
        orders: tried,
        limit: queries,
        signal,
        onCell: (cells, all) => {
          share(cells);
          report('Trying orders', cells.length, all);
        },
      });
    });
  };
  const cells = soFar(job.state) ?? [];
  return (
    <section className="panel-card card" aria-labelledby="orders-title" data-testid="orders">
      <div className="section-head">
        <h2 id="orders-title">Order and draw</h2>
        <p className="muted small">
          Each set is a draw of its own (a trial); each order shows the same examples in other places.
        </p>
        <Button
          icon="play"
          kind="primary"
          disabled={busy || problem !== null || job.state.kind === 'working'}
          onClick={run}
          data-testid="run-orders"
        >
          Run {total} answers
        </Button>
        {cells.length > 0 && origin !== null && (
          <Download
            name={`orders-${origin.results.dataset.id}`}
            json={() => probeJson(origin, { ...sensitivity(cells) }, job.state.kind === 'ready')}
            csv={() => ordersCsv(cells)}
          />
        )}
      </div>
      <div className="panel-choices">
        <NumberField label="Sets" min={1} max={10} step={1} value={sets} onChange={setSets} />
        <NumberField
          label={`Orders, of ${possible}`}
          help={
            arm.shots <= 4 ? 'All that there are, or the first ones.' : 'Drawn at random; the first is the own one.'
          }
          min={1}
          max={Math.max(1, possible)}
          step={1}
          value={tried}
          onChange={setOrders}
        />
      </div>
      {problem !== null && <p className="small">{problem}</p>}
      <JobLine job={job} name="Orders" onRetry={run} />
      {cells.length > 0 && (
        <>
          <Spread cells={cells} labels={dataset.labels.length} complete={job.state.kind === 'ready'} />
          <OrderGrid cells={cells} />
          <Disclosure summary="Entropy of each order">
            <EntropyTable cells={cells} />
          </Disclosure>
        </>
      )}
    </section>
  );
}

const POINTS = 100;

function Spread({ cells, labels, complete }: { cells: readonly OrderCell[]; labels: number; complete: boolean }) {
  const { select, order, picked } = sensitivity(cells);
  const accuracies = cells.map((cell) => cell.accuracy);
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const mean = accuracies.reduce((a, b) => a + b, 0) / accuracies.length;
  const most = fixed(Math.log(labels), 2);
  const entropyOf = (name: 'globalEntropy' | 'localEntropy') =>
    fixed(cells.reduce((sum, cell) => sum + cell[name], 0) / cells.length, 2);
  return (
    <dl className="spread" data-testid="spread">
      <div>
        <dt>Accuracy</dt>
        <dd>
          {percent(mean)} on average, from {percent(low)} to {percent(high)}
          {!complete && ' so far'}
        </dd>
      </div>
      <div>
        <dt>Spread over sets</dt>
        <dd>{select === null ? 'needs two sets' : `${fixed(select * POINTS, 1)} points (standard deviation)`}</dd>
      </div>
      <div>
        <dt>Spread over orders</dt>
        <dd>{order === null ? 'needs two orders' : `${fixed(order * POINTS, 1)} points (standard deviation)`}</dd>
      </div>
      <div>
        <dt>Entropy</dt>
        <dd>
          GlobalE {entropyOf('globalEntropy')}, LocalE {entropyOf('localEntropy')} on average, of at most {most} for{' '}
          {plural(labels, 'label')}
        </dd>
      </div>
      <div>
        <dt>Picked by entropy</dt>
        <dd>
          {percent(picked.globalEntropy)} with the order of the highest GlobalE in each set,{' '}
          {percent(picked.localEntropy)} with that of the highest LocalE; entropies are of the answers to these queries
          (Lu et al. 2022)
        </dd>
      </div>
    </dl>
  );
}
