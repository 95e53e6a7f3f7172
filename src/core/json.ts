import { dataError } from './errors.ts';

/** JSON of a file of the playground; `where` names it in the message. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw dataError(`${where} is not JSON: ${(error as Error).message}. Restore the file.`);
  }
}
