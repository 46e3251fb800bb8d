/** Every cell of the session that is counted, as it stands, as an array that changes only when one of them does. */
import { useMemo } from 'react';
import type { ReviewCell } from '../../domain/review/cells';
import { cellsOf, isCounted } from '../../store/cells';
import { useStore } from '../../store/store';
import { useAnalysed } from './useAnalysed';

export function useCounted(): ReviewCell[] {
  const images = useAnalysed();
  const history = useStore((state) => state.history);
  const reader = useStore((state) => state.reader);
  const countBorder = useStore((state) => state.countBorder);
  return useMemo(() => {
    const cells = cellsOf(images, { history, reader }).map(({ cell }) => cell);
    return cells.filter((cell) => isCounted(cell, countBorder));
  }, [images, history, reader, countBorder]);
}
