// A link to another page of the dashboard: a real anchor, so that it can be opened in a new tab and copied.
import type { AnchorHTMLAttributes } from 'react';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** From `paths`. */
  readonly to: string;
}

export function Link({ to, ...rest }: LinkProps) {
  return <a href={`#${to}`} {...rest} />;
}
