/** Where an error belongs, so that a shell can say what to do with it. */
export type ErrorKind = 'data' | 'spec' | 'link' | 'usage';

/** An error whose message is a full sentence for the user: what is wrong, where, and what to do. */
export class KnowshotError extends Error {
  override readonly name = 'KnowshotError';
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export const dataError = (message: string) => new KnowshotError('data', message);
export const specError = (message: string) => new KnowshotError('spec', message);
export const usageError = (message: string) => new KnowshotError('usage', message);
