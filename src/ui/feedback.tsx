import { type ReactNode, useEffect, useRef, useState } from 'react';
import { IconButton } from './Button.tsx';
import { Icon } from './icons.tsx';

export function Badge({
  tone = 'plain',
  title,
  children,
}: {
  tone?: 'plain' | 'accent' | 'warn' | 'good';
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}

export function Alert({
  tone = 'info',
  onDismiss,
  children,
}: {
  tone?: 'info' | 'error' | 'warn' | 'good';
  onDismiss?: () => void;
  children: ReactNode;
}) {
  return (
    <div className={`alert alert-${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
      <div className="alert-body">{children}</div>
      {onDismiss !== undefined && <IconButton icon="cross" label="Dismiss this message" onClick={onDismiss} />}
    </div>
  );
}

export function Disclosure({
  summary,
  open,
  className = '',
  onToggle,
  children,
}: {
  summary: ReactNode;
  open?: boolean;
  className?: string;
  /** Told when it is opened or closed. */
  onToggle?: () => void;
  children: ReactNode;
}) {
  return (
    <details className={`disclosure ${className}`} open={open} onToggle={onToggle}>
      <summary>
        <Icon name="right" />
        {summary}
      </summary>
      {children}
    </details>
  );
}

/** Speaks `text` to screen readers, at most once in `everyMs`, the latest last. */
export function LiveText({ text, everyMs = 5000 }: { text: string; everyMs?: number }) {
  const [spoken, setSpoken] = useState(text);
  const last = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, last.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setSpoken(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, everyMs]);
  return (
    <div className="visually-hidden" aria-live="polite">
      {spoken}
    </div>
  );
}
