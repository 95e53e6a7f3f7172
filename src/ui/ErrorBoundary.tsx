import { Component, type ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Alert } from './feedback.tsx';

interface Props {
  /** What is shown instead cannot be shown: "This panel". */
  readonly what: string;
  readonly children: ReactNode;
}

/** Keeps a fault, or code that could not be loaded, to the part of the page where it is. */
export class ErrorBoundary extends Component<Props, { readonly error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Alert tone="error">
        {this.props.what} cannot be shown: {error instanceof Error ? error.message : String(error)}. What is finished is
        kept. <Button onClick={() => location.reload()}>Reload the page</Button>
      </Alert>
    );
  }
}
