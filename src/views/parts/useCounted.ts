/** The cells of the session that are counted, as they stand, and those that are not. */
import { useMemo } from 'react';
import type { ReviewCell } from '../../domain/review/cells';
import { cellsOf, isCounted } from '../../store/cells';
import { useStore } from '../../store/store';
import { useAnalysed } from './useAnalysed';

/** As an array that changes only when one of them does. */
export function useCounted(): ReviewCell[] {
  const cells = useCells();
  const countBorder = useStore((state) => state.countBorder);
  return useMemo(() => cells.filter((cell) => isCounted(cell, countBorder)), [cells, countBorder]);
}

/** How many are left out since the image's border cuts them. */
export function useCutOff(): number {
  const cells = useCells();
  const countBorder = useStore((state) => state.countBorder);
  return useMemo(() => cells.filter((cell) => !isCounted(cell, countBorder)).length, [cells, countBorder]);
}

function useCells(): ReviewCell[] {
  const images = useAnalysed();
  const history = useStore((state) => state.history);
  const reader = useStore((state) => state.reader);
  return useMemo(() => cellsOf(images, { history, reader }).map(({ cell }) => cell), [images, history, reader]);
}
