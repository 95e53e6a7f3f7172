import { type ReactNode, useId } from 'react';
import './popover.css';
import { Icon } from './icons.tsx';

/** A button that opens a small list of controls; a click elsewhere or Escape closes it. */
export function Menu({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    <>
      <button type="button" className="button button-plain" popoverTarget={id}>
        {label}
        <Icon name="down" />
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form. */}
      <div id={id} popover="auto" className="popover menu-list" role="group" aria-label={label}>
        {children}
      </div>
    </>
  );
}
