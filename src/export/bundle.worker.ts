/** The worker in which files are built, so that a large session does not hold up the page. */
import { buildBundle, buildFormat } from './bundle';
import type { FromBundler, ToBundler } from './bundleInWorker';

const tell = (message: FromBundler) => postMessage(message);

addEventListener('message', async ({ data }: MessageEvent<ToBundler>) => {
  try {
    const { session, formats, single } = data;
    const made = single
      ? await buildFormat(session, single)
      : { name: 'leukolens-bundle.zip', blob: await buildBundle(session, formats) };
    tell({ ...made, leftOut: session.leftOut });
  } catch (thrown) {
    tell({ error: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
