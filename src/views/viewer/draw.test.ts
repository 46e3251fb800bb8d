// What a frame outlines: while a brush is in hand, the selected cell's nucleus too.
import { afterEach, expect, test, vi } from 'vitest';
import { encodeMask } from '../../domain/mask';
import type { ReviewCell } from '../../domain/review/cells';
import { drawFrame } from './draw';

class Path {
  points: [number, number][] = [];
  moveTo = (x: number, y: number) => this.points.push([x, y]);
  lineTo = this.moveTo;
  closePath() {}
}

/** Cytoplasm of 12 x 12 px with a nucleus of 4 x 4 in its middle, at 100, 100. */
const px = Array.from({ length: 144 }, (_, i) => {
  const [x, y] = [i % 12, Math.floor(i / 12)];
  return x > 3 && x < 8 && y > 3 && y < 8 ? 2 : 1;
});
const cellOf = (id: number) =>
  ({
    ...{ id, type: 'monocyte', by: 'model', mask: encodeMask(px, 12, 12) },
    box: { x0: 100, y0: 100, x1: 112, y1: 112 },
  }) as never as ReviewCell;

/** Widths of the drawn lines' paths, px, and whether they are dashed, in turn. */
function drawn(paints: boolean, selected: number | null) {
  const lines: { width: number; dashed: boolean }[] = [];
  let dashed = false;
  const known: Record<string, unknown> = {
    setLineDash: (dash: number[]) => {
      dashed = dash.length > 0;
    },
    stroke: (path?: Path) => {
      const xs = path?.points.map(([x]) => x) ?? [];
      if (xs.length > 0) lines.push({ width: Math.max(...xs) - Math.min(...xs), dashed });
    },
  };
  const context = new Proxy(known, { get: (at, name: string) => at[name] ?? (() => {}) });
  drawFrame({ getContext: () => context } as never, {
    ...{ camera: { x: 0, y: 0, scale: 4 }, view: { width: 800, height: 800 }, image: { width: 200, height: 200 } },
    ...{
      field: undefined,
      tiles: [],
      overlays: [],
      opacity: 1,
      hovered: null,
      chosen: new Set<number>(),
      stroke: null,
    },
    ...{ cells: [cellOf(1), cellOf(2)], selected, paints },
  });
  return lines;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('the nucleus of the selected cell is outlined while one paints, and no other', () => {
  vi.stubGlobal('Path2D', Path);
  vi.stubGlobal('devicePixelRatio', 1);
  const nuclei = (...given: Parameters<typeof drawn>) => drawn(...given).filter(({ width }) => width === 4);
  expect(drawn(false, 1).length).toBeGreaterThan(3);
  expect(nuclei(false, 1)).toEqual([]);
  expect(nuclei(true, null)).toEqual([]);
  expect(nuclei(true, 1)).toEqual([
    { width: 4, dashed: false },
    { width: 4, dashed: true },
  ]);
});
