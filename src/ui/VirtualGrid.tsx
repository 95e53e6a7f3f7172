import { type CSSProperties, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useRowWindow } from './use-row-window.ts';
import './virtual-grid.css';

export interface GridColumn {
  readonly id: string;
  readonly header: ReactNode;
  /** A track of `grid-template-columns`. */
  readonly width: string;
  /** On narrow screens this cell takes a line of its own. */
  readonly wide?: boolean;
}

const PAGE = 10;

/**
 * A long list of rows of which only those in sight are in the page. One stop in the tab order: arrows, Page Up and
 * Down, Home and End move between rows, Enter opens one.
 */
export function VirtualGrid({
  name,
  columns,
  minWidth,
  rowCount,
  rowKey,
  renderCell,
  onOpen,
}: {
  name: string;
  columns: readonly GridColumn[];
  /** Below this width the grid scrolls sideways in its own box. */
  minWidth: string;
  rowCount: number;
  rowKey: (row: number) => string;
  renderCell: (row: number, columnId: string) => ReactNode;
  onOpen: (row: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [chosen, setActive] = useState(0);
  const active = Math.min(chosen, Math.max(0, rowCount - 1));
  const shown = useRowWindow(box, body, { count: rowCount, keyOf: rowKey, active });

  const focusMoves = useRef(false);
  const move = (to: number) => {
    const next = Math.min(rowCount - 1, Math.max(0, to));
    if (next === active) return;
    focusMoves.current = true;
    setActive(next);
    shown.show(next);
  };
  useLayoutEffect(() => {
    if (!focusMoves.current) return;
    focusMoves.current = false;
    box.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
  }, [active]);
  const onKey = (key: string): boolean => {
    const targets: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + PAGE,
      PageUp: active - PAGE,
      Home: 0,
      End: rowCount - 1,
    };
    if (key === 'Enter' || key === ' ') onOpen(active);
    else if (key in targets) move(targets[key] as number);
    else return false;
    return true;
  };

  const style = { '--columns': columns.map((c) => c.width).join(' '), '--min-width': minWidth } as CSSProperties;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual list has no table element; the roles say what it is.
    <div
      ref={box}
      className="vgrid"
      role="grid"
      tabIndex={-1}
      aria-label={name}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      style={style}
      onKeyDown={(event) => {
        if (onKey(event.key)) event.preventDefault();
      }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      <div role="row" className="vgrid-row vgrid-head" aria-rowindex={1} tabIndex={-1}>
        {columns.map((column) => (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          <div key={column.id} role="columnheader" className="vgrid-cell" tabIndex={-1}>
            {column.header}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      <div ref={body} role="rowgroup" className="vgrid-body" style={{ height: shown.height }}>
        {shown.rows.map(({ row, start }) => (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          <div
            key={rowKey(row)}
            data-index={row}
            role="row"
            aria-rowindex={row + 2}
            tabIndex={row === active ? 0 : -1}
            className="vgrid-row vgrid-item"
            style={{ transform: `translateY(${start}px)` }}
            onFocus={() => setActive(row)}
            onClick={() => onOpen(row)}
            onKeyDown={() => {}}
          >
            {columns.map((column) => (
              // biome-ignore lint/a11y/useSemanticElements: see above.
              <div
                key={column.id}
                role="gridcell"
                tabIndex={-1}
                className={column.wide ? 'vgrid-cell vgrid-wide' : 'vgrid-cell'}
              >
                {renderCell(row, column.id)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
