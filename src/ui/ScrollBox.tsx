import { type ReactNode, useEffect, useRef, useState } from 'react';

/** Wide content that scrolls sideways in its own box; reachable by keyboard where there is something to scroll. */
export function ScrollBox({ name, children }: { name: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  const reachable = scrolls ? { role: 'region', tabIndex: 0, 'aria-label': name } : {};
  return (
    <div ref={box} className="scroll-box" {...reachable}>
      {children}
    </div>
  );
}
