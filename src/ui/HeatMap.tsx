import { type PointerEvent, useEffect, useRef } from 'react';
import './charts.css';
import { useInk } from './theme-color.ts';

export interface HeatMapProps {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** From 0 to 1: the darker, the more. */
  readonly value: (row: number, column: number) => number;
  /** The row that is marked. */
  readonly row: number;
  /** Under the pointer; `null` when it leaves. */
  readonly onPoint: (cell: { row: number; column: number } | null) => void;
  readonly onChoose: (cell: { row: number; column: number }) => void;
}

/** A large matrix as a picture, one pixel a cell. What it shows can be had from controls and tables beside it, too. */
export function HeatMap({ name, rows, columns, value, row, onPoint, onChoose }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ink = useInk(canvas);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const [r = 0, g = 0, b = 0] = (ink ?? '').match(/\d+/gu)?.map(Number) ?? [];
    if (context == null || ink === null || rows === 0 || columns === 0) return;
    const image = context.createImageData(columns, rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const share = Math.min(1, Math.max(0, value(i, j)));
        image.data.set([r, g, b, Math.round(share * 255)], (i * columns + j) * 4);
      }
    }
    context.putImageData(image, 0, 0);
  }, [ink, rows, columns, value]);
  const cellAt = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = (share: number, size: number) => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
    return {
      row: at((event.clientY - box.top) / box.height, rows),
      column: at((event.clientX - box.left) / box.width, columns),
    };
  };
  return (
    <div className="heatmap">
      <canvas
        ref={canvas}
        width={Math.max(1, columns)}
        height={Math.max(1, rows)}
        role="img"
        aria-label={name}
        onPointerMove={(event) => onPoint(cellAt(event))}
        onPointerLeave={() => onPoint(null)}
        onPointerDown={(event) => onChoose(cellAt(event))}
      />
      {rows > 0 && (
        <span
          className="heatmap-row"
          aria-hidden="true"
          style={{ top: `${(row / rows) * 100}%`, height: `${100 / rows}%` }}
        />
      )}
    </div>
  );
}
