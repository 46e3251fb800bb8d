/** Saves what this session has found: results.json and label maps in one zip. */
import { errorData } from '../domain/errors';
import type { ExportImage, ExportSession } from '../export/results';
import type { ImageEntry } from './images';
import { type State, useStore } from './store';

function exportImage({ path, ms, analysis, error }: ImageEntry): ExportImage[] {
  if (analysis) {
    const { width, height, backend, cells } = analysis;
    return [{ file: path, ms, analysis: { width, height, backend, cells } }];
  }
  // Files that wait or were cancelled have nothing to say.
  return error ? [{ file: path, error }] : [];
}

/** What of the state is exported: every image that is done or has failed. */
export function sessionOf({ engine, images }: Pick<State, 'engine' | 'images'>): ExportSession {
  return {
    app: { name: 'Leukolens', version: import.meta.env.VITE_APP_VERSION },
    model: engine.status === 'ready' ? engine.info.model : null,
    images: images.flatMap(exportImage),
  };
}

/** Offers the results of every image as one zip; what goes wrong is said on screen. */
export async function exportSession(): Promise<void> {
  if (useStore.getState().exporting) return;
  useStore.setState({ exporting: true, problem: null });
  try {
    // Loaded when it is first needed: nothing of it is part of the first paint.
    const { bundleInWorker } = await import('../export/bundleInWorker');
    const url = URL.createObjectURL(await bundleInWorker(sessionOf(useStore.getState())));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'leukolens-results.zip';
    link.click();
    // The download has its own hold on the bytes once it has started.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (thrown) {
    useStore.setState({ problem: errorData(thrown) });
  } finally {
    useStore.setState({ exporting: false });
  }
}
