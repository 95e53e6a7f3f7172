import { Button } from '../../ui/Button.tsx';
import { download } from '../../ui/clipboard.ts';
import { Menu } from '../../ui/Menu.tsx';

/** The results of a probe as files. */
export function Download({ name, json, csv }: { name: string; json?: () => string; csv: () => string }) {
  return (
    <Menu label="Download">
      {json !== undefined && (
        <Button
          kind="quiet"
          icon="download"
          data-testid="probe-json"
          onClick={() => download(`knowshot-${name}.json`, 'application/json', json())}
        >
          Probe with its settings, JSON
        </Button>
      )}
      <Button
        kind="quiet"
        icon="download"
        data-testid="probe-csv"
        onClick={() => download(`knowshot-${name}.csv`, 'text/csv', csv())}
      >
        Table, CSV
      </Button>
    </Menu>
  );
}
