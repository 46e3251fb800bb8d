/** The cells of the session that are counted, as they stand, and those that are not. */
import { useMemo } from 'react';
import type { ReviewCell } from '../../domain/review/cells';
import { cellsOf, isCounted } from '../../store/cells';
import { useStore } from '../../store/store';
import { useAnalysed } from './useAnalysed';

/** Those that are, as an array that changes only when one of them does, and how many are left out since the image's border cuts them. */
export function useCounted(): { cells: ReviewCell[]; cut: number } {
  const images = useAnalysed();
  const history = useStore((state) => state.history);
  const reader = useStore((state) => state.reader);
  const countBorder = useStore((state) => state.countBorder);
  return useMemo(() => {
    const all = cellsOf(images, { history, reader }).map(({ cell }) => cell);
    const cells = all.filter((cell) => isCounted(cell, countBorder));
    return { cells, cut: all.length - cells.length };
  }, [images, history, reader, countBorder]);
}
