import { EngineError } from '../../core/model/engine-error.ts';
import type { ScoreRequest } from '../../core/model/language-model.ts';
import { advise } from './advice.ts';
import type { Client } from './client.ts';
import type { Findings } from './doctor.ts';
import type { Abilities } from './probe.ts';
import { type Scoring, score } from './score.ts';
import type { Scorer } from './scorers/scorer.ts';
import { boundary } from './tokens.ts';
import { SERVER_TOLERANCE, trial } from './trial.ts';

type Signal = AbortSignal | undefined;

const PROMPT = 'Review: a warm and funny film.\nSentiment:';

/** Below this, numbers are the same for every purpose. */
const EXACT = 1e-4;

/** Looks at a server's figures. @returns whether they can be used. */
export async function examineScoring(
  findings: Findings,
  client: Client,
  { scorer, contextLength }: Abilities,
  kind: string | undefined,
  signal: Signal,
): Promise<boolean> {
  if (scorer === undefined) return false;
  const scoring: Scoring = {
    server: client.server,
    scorer,
    contextLength: contextLength ?? Number.POSITIVE_INFINITY,
    start: 0,
    read: scorer.read,
  };
  const ask = (requests: readonly ScoreRequest[]) => score(scoring, requests, signal);
  try {
    await checkBoundary(findings, scorer, signal);
    await checkRepeat(findings, ask, kind);
    await checkSense(findings, ask);
    const failed = (await trial({ score: ask })).filter((check) => !check.passed);
    const found = failed.map(({ name, maxDifference }) => `${name}: no, by ${maxDifference.toPrecision(2)}`).join('; ');
    findings.note(
      'sums',
      failed.length === 0 ? 'ok' : 'failed',
      failed.length === 0 ? 'The self-test passed.' : `${found}.`,
      failed.length === 0 ? undefined : advise('repeatable', kind),
    );
    return failed.length === 0;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === 'aborted') throw error;
    findings.note('sums', 'failed', error.message);
    return false;
  }
}

async function checkBoundary(findings: Findings, scorer: Scorer, signal: Signal): Promise<void> {
  const alone = await scorer.read(PROMPT, signal);
  const whole = await scorer.read(`${PROMPT} positive`, signal);
  if (boundary(alone, whole) === alone.length)
    findings.note('boundary', 'ok', 'A prompt keeps its tokens when a label word follows.');
  else
    findings.note(
      'boundary',
      'warning',
      'The last token of a prompt changes when a label word follows. Scores begin at the first token that differs, so that they stay right.',
    );
}

async function checkRepeat(
  findings: Findings,
  ask: (r: readonly ScoreRequest[]) => ReturnType<typeof score>,
  kind: string | undefined,
): Promise<void> {
  const request = { prompt: PROMPT, continuations: [' positive', ' negative'] };
  const batches = await Promise.all([ask([request]), ask([request]), ask([request])]);
  const sums = batches.map(({ results }) => results[0]?.scores.map((s) => s.sumLogprob) ?? []);
  const gap = Math.max(...sums.flatMap((row) => row.map((value, i) => Math.abs(value - (sums[0]?.[i] ?? Number.NaN)))));
  const found = `Asked three times at once, log-probabilities differ by ${gap === 0 ? 'nothing' : gap.toExponential(1)}.`;
  if (gap <= EXACT) findings.note('repeat', 'ok', found);
  else findings.note('repeat', gap <= SERVER_TOLERANCE ? 'warning' : 'failed', found, advise('repeatable', kind));
}

async function checkSense(
  findings: Findings,
  ask: (r: readonly ScoreRequest[]) => ReturnType<typeof score>,
): Promise<void> {
  const { results } = await ask([{ prompt: 'one two three four five six', continuations: [' seven', ' purple'] }]);
  const [likely = 0, odd = 0] = results[0]?.scores.map((s) => s.sumLogprob) ?? [];
  const found = `After "one two three four five six", " seven" has ${likely.toFixed(2)} and " purple" ${odd.toFixed(2)}.`;
  if (likely > odd) findings.note('sense', 'ok', found);
  else findings.note('sense', 'warning', `${found} A trained language model has it the other way round.`);
}
