/** Builds a session's bundle in a worker of its own, which ends with it. */
import { LeukolensError } from '../domain/errors';
import type { ExportSession } from './results';

export type FromBundler = { done: number } | { blob: Blob } | { error: string };

const failed = (reason: string) =>
  new LeukolensError(
    'internal',
    `The results could not be packed: ${reason}`,
    'Remove some images from the list and export again.',
  );

/** The zip; rejects with LeukolensError. onImage: images packed so far. */
export function bundleInWorker(session: ExportSession, onImage: (done: number) => void = () => {}): Promise<Blob> {
  const worker = new Worker(new URL('./bundle.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Blob>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<FromBundler>) => {
      if ('done' in data) onImage(data.done);
      else if ('blob' in data) resolve(data.blob);
      else reject(failed(data.error));
    });
    worker.addEventListener('error', ({ message }) => reject(failed(message || 'the packing worker did not start')));
    worker.postMessage(session);
  }).finally(() => worker.terminate());
}
