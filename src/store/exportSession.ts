/** Saves what this session has found. */
import { useStore } from './store';

/** Offers the results of every analysed image as one JSON file. */
export async function exportSession(): Promise<void> {
  const images = useStore.getState().images.flatMap(({ name, analysis }) => {
    if (!analysis) return [];
    const { width, height, backend, cells } = analysis;
    const entries = cells.map(({ mask: _, ...cell }) => cell);
    return [{ file: name, width, height, backend, cells: entries }];
  });
  const note = 'For Research Use Only. Not for use in diagnostic procedures.';
  const url = URL.createObjectURL(new Blob([JSON.stringify({ note, images }, null, 1)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'leukolens-results.json';
  link.click();
  // The download has its own hold on the bytes once it has started.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
