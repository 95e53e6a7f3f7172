import { useState } from 'react';
import { useHost, useResults } from '../panels/host.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { download } from '../ui/clipboard.ts';
import { Menu } from '../ui/Menu.tsx';
import type { Playground } from './playground.ts';

/** The experiment as a link, as a command, and its results as files. */
export function Share({ link, expectLink }: Pick<Playground, 'link' | 'expectLink'>) {
  const host = useHost();
  const results = useResults();
  const [problem, setProblem] = useState<string | null>(null);
  const linkOr = (wrap: (url: string) => string) => async () => {
    const made = await link();
    setProblem(made.ok ? null : made.problem);
    return made.ok ? wrap(made.url.replaceAll("'", '%27')) : null;
  };
  const record = results?.record ?? null;
  const name = `knowshot-${results?.experiment.spec.data.id ?? ''}`;
  return (
    <div className="share">
      <CopyButton
        icon="link"
        label="Copy link"
        copied="Link copied"
        text={linkOr((url) => url)}
        onPointerEnter={expectLink}
        onFocus={expectLink}
        data-testid="copy-link"
      />
      <Menu label="Export">
        <Button
          kind="quiet"
          icon="download"
          disabled={record === null}
          data-testid="export-json"
          onClick={() => download(`${name}.json`, 'application/json', JSON.stringify(record, null, 2))}
        >
          Run record, JSON
        </Button>
        <Button
          kind="quiet"
          icon="download"
          disabled={results === null || results.cells.length === 0}
          data-testid="export-csv"
          onClick={async () => {
            const now = host.run.getState().results;
            if (now === null) return;
            try {
              const { answersCsv } = await import('../panels/answers-csv.ts');
              setProblem(null);
              download(`${name}.csv`, 'text/csv', answersCsv({ ...now, arms: now.experiment.spec.arms }));
            } catch (error) {
              setProblem(`The file was not made: ${(error as Error).message}. Try again, or reload the page.`);
            }
          }}
        >
          All answers, CSV
        </Button>
        <CopyButton
          kind="quiet"
          icon="terminal"
          label="Copy terminal command"
          copied="Command copied"
          text={linkOr((url) => `npx knowshot run '${url}'`)}
          onPointerEnter={expectLink}
          onFocus={expectLink}
          data-testid="copy-command"
        />
      </Menu>
      {problem !== null && (
        <p className="share-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
