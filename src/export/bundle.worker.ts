/** The worker in which a bundle is built, so that a large session does not hold up the page. */
import { buildBundle } from './bundle';
import type { FromBundler } from './bundleInWorker';
import type { ExportSession } from './results';

const tell = (message: FromBundler) => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<ExportSession>) => {
  try {
    tell({ blob: buildBundle(data, (done) => tell({ done })) });
  } catch (thrown) {
    tell({ error: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
