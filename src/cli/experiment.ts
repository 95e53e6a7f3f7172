import { loadDataset } from '../core/data/bundled.ts';
import { ownDataset } from '../core/data/own.ts';
import { loadKnowledge } from '../core/knowledge/load.ts';
import type { LinkPayload } from '../core/link/payload.ts';
import { runExperiment } from '../core/run/run.ts';
import { fileJournal } from './file-journal.ts';
import { progressLine, say } from './output.ts';
import { resultDocument, resultText, writeResults } from './report.ts';
import { assets, interruptSignal, loadModel } from './resources.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly out: string | undefined;
}

/** Runs what a payload asks and prints the result: the shared end of `run` and `eval`. */
export async function runPayload(payload: LinkPayload, { json, out }: OutputOptions): Promise<void> {
  const { spec, rows } = payload;
  const signal = interruptSignal();
  const dataset = rows === undefined ? await loadDataset(assets, spec.data.id) : ownDataset(rows);
  const knowledge = await loadKnowledge(assets);
  const model = await loadModel(spec.model, signal);
  const line = progressLine();
  const started = Date.now();
  const journal = out === undefined ? undefined : await fileJournal(out);
  try {
    const record = await runExperiment({
      spec,
      dataset,
      knowledge,
      model,
      signal,
      ...(journal === undefined ? {} : { journal }),
      onEvent(event) {
        if (event.type === 'phase') line.show(event.text);
        if (event.type !== 'cells') return;
        const rate = event.done / Math.max(0.001, (Date.now() - started) / 1000);
        const left = (event.total - event.done) / Math.max(0.001, rate);
        line.show(`${event.done} of ${event.total} answers, ${rate.toFixed(1)} a second, ${left.toFixed(0)} s left`);
      },
    });
    line.end();
    if (out !== undefined) {
      await writeResults(out, record, payload, dataset);
      say(`written: ${out}`);
    }
    console.log(json ? JSON.stringify(resultDocument(record, payload), null, 2) : resultText(record, payload));
  } finally {
    line.end();
    model.dispose();
  }
}
