import { loadDataset } from '../core/data/bundled.ts';
import { ownDataset } from '../core/data/own.ts';
import { knowledgeFor } from '../core/knowledge/for-data.ts';
import { loadKnowledge } from '../core/knowledge/load.ts';
import type { LinkPayload } from '../core/link/payload.ts';
import { modelKey } from '../core/run/models.ts';
import { runExperiment } from '../core/run/run.ts';
import { embedderFor } from './embedder.ts';
import type { ModelPlace } from './engine-option.ts';
import { fileJournal } from './file-journal.ts';
import { progressLine, say } from './output.ts';
import { resultDocument, resultText, writeResults } from './report.ts';
import { assets, interruptSignal, loadModel, requireScoring } from './resources.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly out: string | undefined;
  readonly place: ModelPlace;
}

/** Runs what a payload asks and prints the result: the shared end of `run` and `eval`. */
export async function runPayload(asked: LinkPayload, { json, out, place }: OutputOptions): Promise<void> {
  const { rows } = asked;
  const signal = interruptSignal();
  const dataset = rows === undefined ? await loadDataset(assets, asked.spec.data.id) : ownDataset(rows);
  const knowledge = await knowledgeFor(assets, await loadKnowledge(assets), rows);
  const { spec: told, embedder } = await embedderFor(asked.spec, place.embedder, signal);
  const model = await loadModel(asked.spec.model, signal, place);
  // A server with one model need not be told which; the record says it.
  const spec = { ...told, model: { ...told.model, id: model.identity.id } };
  const payload = { ...asked, spec };
  const line = progressLine();
  const started = Date.now();
  const journal = out === undefined ? undefined : await fileJournal(out);
  try {
    await requireScoring(model);
    const record = await runExperiment({
      spec,
      dataset,
      knowledge,
      model,
      embedder,
      modelFor: async (choice) =>
        modelKey(choice) === modelKey(spec.model) ? model : loadModel(choice, signal, place),
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
    console.log(
      json ? JSON.stringify(resultDocument(record, payload, dataset), null, 2) : resultText(record, payload, dataset),
    );
  } finally {
    line.end();
    model.dispose();
    embedder?.dispose();
  }
}
