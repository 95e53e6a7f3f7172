import * as v from 'valibot';

/** One sentence for all problems that a schema found, each with the path to it. */
export const issueText = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues
    .map((issue) => [v.getDotPath(issue as v.BaseIssue<never>), issue.message].filter(Boolean).join(': '))
    .join('; ');
