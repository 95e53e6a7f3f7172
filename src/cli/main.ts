import { KnowshotError } from '../core/errors.ts';
import { isAbort } from '../core/model/engine-error.ts';
import { data } from './commands/data.ts';
import { evaluate } from './commands/eval.ts';
import { grid } from './commands/grid.ts';
import { link, open } from './commands/link.ts';
import { models } from './commands/models.ts';
import { run } from './commands/run.ts';
import { score } from './commands/score.ts';
import { serve } from './commands/serve.ts';
import { say } from './output.ts';

const USAGE = `knowshot: an in-context-learning playground, in the terminal

  knowshot run LINK_OR_SPEC.json [--json] [--out DIR] [--limit N] [MODEL]
  knowshot eval --pool FILE --eval FILE --text COL [--text2 COL] --label COL
                [--labels "raw=word,raw=word|word" | --options COL,COL,... [--letters]]
                [--instruction S] [--input-name S] [--input-name2 S] [--label-name S]
                --arm "select=ker,k=8,calibrate=kpc,ruminate=none,tune=none,answer=model,score=sum" [--arm ...]
                [--primary ARM,ARM]  the comparison that counts, by numbers from 1 or names; not corrected for the others
                [--seed N] [--trials N] [--limit N] [MODEL] [--json] [--out DIR]
  knowshot grid --data NAME --factor "select=random|ker-query" --factor "calibrate=none|kpc" [--factor ...]
                [--set "k=8,..."] [--seed N] [--trials N] [--limit N] [--model ID] [--dry-run] [--json] [--out DIR]
                                   every combination of the levels; effects and interactions with intervals
  knowshot score --prompt S --continuation S [--continuation S ...] [MODEL] [--json]
  knowshot link SPEC.json          a spec as a link
  knowshot open LINK               a link as a spec
  knowshot data check NAME         linter and datasheet of a bundled set
  knowshot models [check ID]       the models that are here, and their self-test
  knowshot models check openai:URL [--model ID]
                                   what works of a server, and the setting to change
  knowshot serve [--model ID] [--host H] [--port N] [--allow-origin ORIGIN ...] [--dialect all|vllm|echo|llama.cpp|plain]
                                   the embedded model behind OpenAI's HTTP API

With --options each row is a question; --label then holds the letter (A is the first), the number counted from 0 or the
text of the right option. MODEL is one of
  --model ID                       a model that is here
  --engine openai:URL [--model ID] [--concurrency N] [--context N]
                                   on a server that speaks OpenAI's API; a key is read from KNOWSHOT_API_KEY
  --engine onnx:FOLDER_OR_ID [--dtype fp32|fp16|q8|q4|...]
                                   an ONNX export: a folder, or an id of Hugging Face, which is downloaded
and beside any of them, for arms with embedding=sentence (select=topk, mmr, dpp, k-means, vote-k, mdl)
  --embedder FOLDER_OR_ID[:TYPE]   a sentence embedder in ONNX, for example Xenova/all-MiniLM-L6-v2:q8

FILE is CSV, TSV, JSONL or Parquet; with .gz for the text forms. Results go to stdout, progress to stderr.
Exit code: 0 done, 1 the run failed, 2 wrong usage.`;

type Command = (args: string[]) => Promise<void>;

const commands = new Map<string, Command>([
  ['run', run],
  ['eval', evaluate],
  ['grid', grid],
  ['score', score],
  ['link', link],
  ['open', open],
  ['data', data],
  ['models', models],
  ['serve', serve],
]);

const wantsHelp = (args: readonly string[]) => args.length === 0 || args.includes('--help') || args.includes('-h');

/** @returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const [name = '', ...rest] = args;
  if (wantsHelp(args)) {
    console.log(USAGE);
    return args.length === 0 ? 2 : 0;
  }
  const command = commands.get(name);
  if (command === undefined) {
    say(`There is no command "${name}". Known: ${[...commands.keys()].join(', ')}.\n\n${USAGE}`);
    return 2;
  }
  try {
    await command(rest);
    return 0;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (isAbort(error)) {
    say((error as Error).message);
    return 1;
  }
  say(`knowshot: ${error instanceof Error ? error.message : String(error)}`);
  if (isWrongUsage(error)) return 2;
  if (!(error instanceof KnowshotError) && process.env.KNOWSHOT_DEBUG !== undefined) console.error(error);
  return 1;
}

/** Options that `parseArgs` refuses, and whatever a command says of its own call. */
const isWrongUsage = (error: unknown): boolean =>
  (error instanceof KnowshotError && error.kind !== 'data') ||
  (error instanceof TypeError && String((error as { code?: unknown }).code ?? '').startsWith('ERR_PARSE_ARGS'));
