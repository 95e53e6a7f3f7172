import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../core/data/example.ts';
import { compareResult } from '../core/link/digest.ts';
import type { LinkPayload } from '../core/link/payload.ts';
import { runsOn } from '../core/model/runs-on.ts';
import { optionsForm } from '../core/prompt/answers.ts';
import { promptText } from '../core/prompt/render.ts';
import { questionSummary } from '../core/run/question-summary.ts';
import type { CellRecord, RunRecord } from '../core/run/record.ts';
import { gridDocument, gridLines } from './grid-report.ts';
import { percent, textTable } from './output.ts';
import { jsonWithList, writeParts } from './write-parts.ts';

const formOf = ({ spec }: RunRecord, dataset: Dataset) => optionsForm(dataset, spec.template ?? dataset.template);

const cellsOfArm = (record: RunRecord, armId: string) => record.cells.filter((cell) => cell.armId === armId);

/** Where the options of each question are its own, their letters are no classes: what is counted over classes is left out. */
const NO_CLASSES = { macroF1: null, absentLabels: [], confusion: null };

/** The one JSON document of `--json`. */
export function resultDocument(record: RunRecord, payload: LinkPayload, dataset: Dataset) {
  const form = formOf(record, dataset);
  return {
    knowshot: 1,
    model: record.model,
    selfTest: record.selfTest,
    ...(record.embedder === undefined ? {} : { embedder: record.embedder }),
    data: record.data,
    startedAt: record.startedAt,
    wallSeconds: record.wallSeconds,
    usage: record.usage,
    reusedCells: record.reusedCells,
    notices: record.notices,
    arms: record.summary.map((summary, i) => {
      const arm = record.spec.arms[i];
      const { armId, interval, ...figures } = summary;
      return {
        arm: arm?.name ?? armId,
        spec: arm,
        ...figures,
        ...(form === 'cloze' ? NO_CLASSES : {}),
        ...(form === null ? {} : { questions: questionSummary(dataset, cellsOfArm(record, armId)) }),
        interval: [interval.low, interval.high],
      };
    }),
    ...gridDocument(record),
    ...(payload.result === undefined ? {} : { comparedWithLink: compareResult(payload.result, record) }),
  };
}

export function resultText(record: RunRecord, payload: LinkPayload, dataset: Dataset): string {
  const form = formOf(record, dataset);
  const rows = record.summary.map((s, i) => [
    record.spec.arms[i]?.name ?? s.armId,
    String(s.n),
    percent(s.accuracy),
    `${percent(s.interval.low)} to ${percent(s.interval.high)}`,
    form === 'cloze' ? '' : s.macroF1.toFixed(3),
    s.ece.toFixed(3),
    String(s.unscored),
    s.mcnemar === null ? '' : `${s.mcnemar.difference >= 0 ? '+' : ''}${percent(s.mcnemar.difference)}`,
    s.mcnemar === null ? '' : `+${s.mcnemar.gained} -${s.mcnemar.lost}`,
    s.mcnemar === null ? '' : s.mcnemar.p.toPrecision(2),
    s.mcnemar === null ? '' : s.mcnemar.primary ? 'primary' : s.mcnemar.adjustedP.toPrecision(2),
  ]);
  const { usage, data, wallSeconds } = record;
  const lines = [
    `${data.title}: ${data.queries} queries, ${data.poolSize} in the demo pool, ${form === null ? data.labels.map((l) => l.id).join(' / ') : `options asked as ${form}`}`,
    '',
    textTable([
      [
        ...['arm', 'n', 'accuracy', '95 % interval', 'macro-F1', 'ECE', 'unscored'],
        ...['difference', 'changed', 'McNemar p', 'Holm p'],
      ],
      ...rows,
    ]),
    '',
    `${usage.computed.toLocaleString('en')} tokens computed of ${usage.asked.toLocaleString('en')} asked, ${wallSeconds.toFixed(1)} s`,
    ...(record.embedder === undefined
      ? []
      : [`sentence embedder: ${record.embedder.id} ${record.embedder.revision} (${runsOn(record.embedder)})`]),
    ...learnedLines(record),
    ...(form === null ? [] : questionLines(record, dataset)),
    ...gridLines(record),
    ...record.notices.map((notice) => `note: ${notice.text}`),
  ];
  if (payload.result !== undefined) lines.push(compareResult(payload.result, record).text);
  return lines.join('\n');
}

/** What was spent on an arm before its first answer. */
const learnedLines = ({ summary, spec }: RunRecord): string[] =>
  summary.flatMap(({ armId, learned }, i) =>
    learned === undefined
      ? []
      : [
          `${spec.arms[i]?.name ?? armId}: learned on ${learned.items} pool items in ${learned.steps} steps, ${learned.tokens.toLocaleString('en')} tokens read forward and back; loss ${learned.firstLoss.toFixed(3)} in the first pass, ${learned.lastLoss.toFixed(3)} in the last`,
        ],
  );

/** By difficulty, and how much the length of an option decides. */
function questionLines(record: RunRecord, dataset: Dataset): string[] {
  const share = ({ correct, n }: { correct: number; n: number }) => `${correct}/${n}`;
  return record.summary.map(({ armId }, i) => {
    const { byDifficulty, longest, shortest } = questionSummary(dataset, cellsOfArm(record, armId));
    const parts = byDifficulty.map((part) => `${part.difficulty} ${share(part)}`);
    for (const [name, { chosen, right, n }] of [
      ['longest', longest],
      ['shortest', shortest],
    ] as const) {
      parts.push(`${name} option chosen ${chosen}, right ${right} of ${n}`);
    }
    return `${record.spec.arms[i]?.name ?? armId}: ${parts.join('; ')}`;
  });
}

/** Writes summary.json, record.json, spec.json and one line a cell in cells.jsonl. */
export async function writeResults(
  dir: string,
  record: RunRecord,
  payload: LinkPayload,
  dataset: Dataset,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const queries = new Map(dataset.evalSet.map((query) => [query.id, query]));
  const armName = new Map(record.spec.arms.map((arm) => [arm.id, arm.name]));
  const cellLine = (cell: CellRecord) => {
    const query = queries.get(cell.queryId);
    return JSON.stringify({
      arm: armName.get(cell.armId),
      trial: cell.trial,
      query: {
        id: cell.queryId,
        text: query?.text,
        ...(query?.text2 === undefined ? {} : { text2: query.text2 }),
        ...(query?.options === undefined ? {} : { options: query.options }),
      },
      prompt: promptText(cell.segments),
      promptTokens: cell.promptTokens,
      demoIds: cell.demos.map((demo) => demo.id),
      dropped: cell.dropped,
      thought: cell.thought?.text ?? null,
      ...(cell.review === undefined ? {} : { review: cell.review }),
      ...(cell.tuned === undefined ? {} : { tuned: cell.tuned }),
      labels: record.data.labels.slice(0, query?.options?.length).map((label) => label.id),
      labelLogprobs: cell.labelLogprobs,
      prior: cell.prior,
      ...(cell.temperature === undefined ? {} : { temperature: cell.temperature }),
      calibrated: cell.calibrated,
      prediction: cell.prediction.kind === 'label' ? cell.prediction.label : null,
      ...(cell.prediction.kind === 'unscored' ? { unscored: cell.prediction.reason } : {}),
      gold: cell.gold,
    });
  };
  const { cells, ...rest } = record;
  await Promise.all([
    writeFile(join(dir, 'summary.json'), json(resultDocument(record, payload, dataset))),
    writeParts(join(dir, 'record.json'), jsonWithList(rest, 'cells', cells)),
    writeFile(join(dir, 'spec.json'), json(payload)),
    writeParts(join(dir, 'cells.jsonl'), lines(cells, cellLine)),
  ]);
}

function* lines<T>(items: readonly T[], line: (item: T) => string): Generator<string> {
  for (const item of items) yield `${line(item)}\n`;
}
