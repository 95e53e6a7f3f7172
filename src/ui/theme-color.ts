import { type RefObject, useEffect, useState } from 'react';

/** The text colour of an element as the browser resolves it, for a canvas; follows changes of the theme. */
export function useInk(element: RefObject<Element | null>): string | null {
  const [ink, setInk] = useState<string | null>(null);
  useEffect(() => {
    const read = () => setInk(element.current === null ? null : getComputedStyle(element.current).color);
    read();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const theme = new MutationObserver(read);
    dark.addEventListener('change', read);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      dark.removeEventListener('change', read);
      theme.disconnect();
    };
  }, [element]);
  return ink;
}
