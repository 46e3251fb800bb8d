/** Builds a session's files in a worker of its own, which ends with it. */
import { LeukolensError } from '../domain/errors';
import type { Format } from './files';
import type { ExportSession } from './input';

/** A bundle of formats, or the file (or zip of files) of a single one. */
export interface ToBundler {
  session: ExportSession;
  formats?: readonly Format[];
  single?: Format;
}
export interface Made {
  name: string;
  blob: Blob;
  /** The session's own, and what turned out while its files were made. */
  leftOut: string[];
}
export type FromBundler = Made | { error: string };

const failed = (reason: string) =>
  new LeukolensError(
    'internal',
    `The results could not be packed: ${reason}`,
    'Remove some images from the list and export again.',
  );

/** The file and its name; rejects with LeukolensError. */
export function bundleInWorker(request: ToBundler): Promise<Made> {
  const worker = new Worker(new URL('./bundle.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Made>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<FromBundler>) => {
      if ('blob' in data) resolve(data);
      else reject(failed(data.error));
    });
    worker.addEventListener('error', ({ message }) => reject(failed(message || 'the packing worker did not start')));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
