/** The images that have results, as an array that changes only when one of them does, not with every step of others. */
import { useShallow } from 'zustand/react/shallow';
import type { ImageEntry } from '../../store/images';
import { useStore } from '../../store/store';

export function useAnalysed(): ImageEntry[] {
  return useStore(useShallow((state) => state.images.filter(({ analysis }) => analysis)));
}
