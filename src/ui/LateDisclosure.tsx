import { type ReactNode, Suspense, useState } from 'react';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Disclosure } from './feedback.tsx';

/** A disclosure around a `lazy` component, whose code comes when it is first opened. */
export function LateDisclosure({ summary, children }: { summary: string; children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <Disclosure summary={summary} onToggle={() => setOpened(true)}>
      {opened && (
        <ErrorBoundary what={`"${summary}"`}>
          <Suspense fallback={<p className="muted small">Loading</p>}>{children}</Suspense>
        </ErrorBoundary>
      )}
    </Disclosure>
  );
}
