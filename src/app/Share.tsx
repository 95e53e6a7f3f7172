import { useState } from 'react';
import { answersCsv } from '../panels/answers-csv.ts';
import { useHost, useResults } from '../panels/host.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { download } from '../ui/clipboard.ts';
import { Menu } from '../ui/Menu.tsx';
import type { Playground } from './playground.ts';

/** The experiment as a link, as a command, and its results as files. */
export function Share({ link }: { link: Playground['link'] }) {
  const host = useHost();
  const results = useResults();
  const [problem, setProblem] = useState<string | null>(null);
  const linkOr = (wrap: (url: string) => string) => () => {
    const made = link();
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
          onClick={() => {
            const now = host.run.getState().results;
            if (now === null) return;
            download(`${name}.csv`, 'text/csv', answersCsv({ ...now, arms: now.experiment.spec.arms }));
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
