import { type ReactNode, useEffect, useId, useRef } from 'react';
import './modal.css';
import { IconButton } from './Button.tsx';

/** A native dialog: focus stays inside, Escape closes it, focus goes back to where it was. */
export function Modal({
  title,
  actions,
  onClose,
  onKey,
  children,
}: {
  title: string;
  actions?: ReactNode;
  onClose: () => void;
  onKey?: (key: string) => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-labelledby={titleId}
      onClose={() => {
        // React's strict mode closes and opens again; the event of the first comes after the second.
        if (dialog.current?.open !== true) onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
      onKeyDown={(event) => {
        const element = event.target as HTMLElement;
        if (!/^(INPUT|SELECT|TEXTAREA)$/u.test(element.tagName) && element.role !== 'tab') onKey?.(event.key);
      }}
    >
      <div className="modal-box">
        <header className="modal-head">
          <h2 id={titleId}>{title}</h2>
          <div className="modal-actions">
            {actions}
            <IconButton icon="cross" label="Close" onClick={() => dialog.current?.close()} />
          </div>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard. */}
        <section className="modal-body" tabIndex={0} aria-label={title}>
          {children}
        </section>
      </div>
    </dialog>
  );
}
