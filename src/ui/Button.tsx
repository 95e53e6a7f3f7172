import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icons.tsx';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: 'primary' | 'plain' | 'quiet';
  readonly icon?: IconName;
}

export function Button({ kind = 'plain', icon, className = '', children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button button-${kind} ${className}`} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that shows only an icon; `label` is its name and its tooltip. */
export function IconButton({
  icon,
  label,
  kind = 'quiet',
  ...rest
}: Omit<ButtonProps, 'icon' | 'children'> & { icon: IconName; label: string }) {
  return (
    <Button kind={kind} className="button-icon" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </Button>
  );
}
