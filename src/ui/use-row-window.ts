import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { rowStarts, rowsInSight, scrollFor } from './row-window.ts';

/** Of a row before it is measured, in pixels. */
const USUAL = 42;
/** Rows that are kept beyond those in sight, for scrolling is faster than drawing. */
const OVER = 8;

const inSteps = (pixels: number): number => Math.floor(pixels / USUAL) * USUAL;

/**
 * Which rows of a long list are in the page, and where they stand. Each row that is has `data-index`, and is measured when it
 * is drawn. What stands above the rows in the box sticks to its top.
 * @param active this row is always in the page, for it has the focus.
 */
export function useRowWindow(
  box: RefObject<HTMLElement | null>,
  body: RefObject<HTMLElement | null>,
  { count, keyOf, active }: { count: number; keyOf: (row: number) => string; active: number },
) {
  // In steps of a usual row: a smaller movement changes nothing that OVER does not hide.
  const [seen, setSeen] = useState({ top: 0, height: 0 });
  const heights = useRef(new Map<string, number>());
  const [, setMeasured] = useState(0);
  /** A row that was asked for. Its place is sure only once those around it are drawn and measured. */
  const wanted = useRef<number | null>(null);

  const known = heights.current;
  const starts = rowStarts(count, USUAL, (row) => (known.size === 0 ? undefined : known.get(keyOf(row))));

  const reach = (element: HTMLElement, row: number) => {
    const height = element.clientHeight - headHeight(element, body.current);
    element.scrollTop = scrollFor(starts, row, { top: element.scrollTop, height });
  };

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => {
      const top = inSteps(element.scrollTop);
      const height = inSteps(element.clientHeight) + USUAL;
      setSeen((now) => (now.top === top && now.height === height ? now : { top, height }));
    };
    const resized = new ResizeObserver(() => {
      look();
      setMeasured((n) => n + 1);
    });
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box]);

  // Before the picture is shown, so that no row is seen in a wrong place.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || body.current === null) return;
    let changed = false;
    let above = 0;
    for (const drawn of body.current.querySelectorAll<HTMLElement>(':scope > [data-index]')) {
      const row = Number(drawn.dataset.index);
      const height = drawn.offsetHeight;
      const before = heights.current.get(keyOf(row)) ?? USUAL;
      if (height === before) continue;
      heights.current.set(keyOf(row), height);
      changed = true;
      if ((starts[row + 1] as number) <= element.scrollTop) above += height - before;
    }
    // Rows that grow above the sight must not move what is in it.
    if (above !== 0 && wanted.current === null) element.scrollTop += above;
    if (changed) setMeasured((n) => n + 1);
    else if (wanted.current !== null) {
      reach(element, wanted.current);
      if (inSteps(element.scrollTop) === seen.top) wanted.current = null;
    }
  });

  return {
    height: starts[count] as number,
    rows: rowsInSight(starts, {
      top: seen.top,
      bottom: seen.top + seen.height + USUAL,
      over: OVER,
      always: active,
    }).map((row) => ({ row, start: starts[row] as number })),
    /** Scrolls as far as is needed. */
    show(row: number) {
      wanted.current = row;
      if (box.current !== null) reach(box.current, row);
    },
  };
}

/** Of what sticks to the top of the box, above its rows. */
const headHeight = (box: HTMLElement, body: HTMLElement | null): number =>
  body === null
    ? 0
    : body.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientTop + box.scrollTop;
