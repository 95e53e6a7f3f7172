import * as v from 'valibot';

/** All problems that a schema found, each with the path to it; ends with a full stop. */
export function issueText(issues: readonly v.BaseIssue<unknown>[]): string {
  const text = issues
    .map((issue) => [v.getDotPath(issue as v.BaseIssue<never>), issue.message].filter(Boolean).join(': '))
    .join('; ');
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
