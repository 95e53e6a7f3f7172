import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { usageError } from '../../core/errors.ts';
import { modelOption, modelOptions } from '../engine-option.ts';
import { runPayload } from '../experiment.ts';
import { wholeNumber } from '../numbers.ts';
import { payloadFromFile, payloadFromLink } from '../payload.ts';

/** `knowshot run LINK_OR_SPEC.json` */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      limit: { type: 'string' },
      ...modelOptions,
    },
  });
  const [source, ...others] = positionals;
  if (source === undefined || others.length > 0)
    throw usageError('Give one link (in quotes) or one spec file: knowshot run LINK_OR_SPEC.json');
  const payload = existsSync(source) ? await payloadFromFile(source) : payloadFromLink(source);
  const limit = wholeNumber('--limit', values.limit);
  const { choice, place } = modelOption(values, payload.spec.model);
  const spec = { ...payload.spec, ...(limit === undefined ? {} : { limit }), model: choice };
  await runPayload({ ...payload, spec }, { json: values.json, out: values.out, place });
}
