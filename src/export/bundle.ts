/** A session -> one zip: results.json and two label maps an image. */
import { strToU8, Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { labelPngs } from './labelMaps';
import { type ExportSession, results } from './results';

/**
 * Builds the zip image by image; only what is compressed stays in memory. It computes for as long as it takes, tens of
 * milliseconds a megapixel: on the page call bundleInWorker.
 */
export function buildBundle(session: ExportSession, onImage: (done: number) => void = () => {}): Blob {
  const parts: BlobPart[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    parts.push(chunk as Uint8Array<ArrayBuffer>);
  });
  const list = results(session);
  const json = new ZipDeflate('results.json');
  zip.add(json);
  json.push(strToU8(`${JSON.stringify(list, null, 1)}\n`), true);

  session.images.forEach((image, i) => {
    const entry = list.images[i];
    if ('analysis' in image && entry && 'cells' in entry) {
      const pngs = labelPngs(entry.width, entry.height, image.analysis.cells);
      for (const [name, bytes] of [
        [entry.cellsFile, pngs.cells],
        [entry.classesFile, pngs.classes],
      ] as const) {
        // A PNG is compressed already.
        const file = new ZipPassThrough(name);
        zip.add(file);
        file.push(bytes, true);
      }
    }
    onImage(i + 1);
  });
  zip.end();
  return new Blob(parts, { type: 'application/zip' });
}
