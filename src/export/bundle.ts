/** A session -> one zip of every format's files and their manifest, or the one file of a format that has only one. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { sha256 } from '../domain/hash';
import { plural } from '../domain/plural';
import { type ExportFile, FORMATS, type Format, files, type Manifest, manifest } from './files';
import type { ExportSession } from './input';

/** Bytes given to the deflater at once. */
const PIECE = 1 << 20;

/**
 * What one zip holds. fflate writes it with numbers of 16 bits for its files and of 32 for their places, and says nothing where those
 * are passed; import/zip.ts reads a little more than these bytes. Left is room for the manifest and the zip's own list.
 */
const MOST = { files: 65_000, bytes: 3.9e9 };

class Packer {
  readonly parts: BlobPart[] = [];
  #bytes = 0;
  readonly list: Manifest['files'] = [];
  readonly #zip = new Zip((error, chunk) => {
    if (error) throw error;
    this.parts.push(chunk as Uint8Array<ArrayBuffer>);
  });

  /** Whether a file fits, by its size before it is compressed: it is not known yet how much smaller it will be. */
  holds({ bytes }: ExportFile, most: typeof MOST): boolean {
    return this.list.length < most.files && this.#bytes + bytes.length <= most.bytes;
  }

  async add({ path, bytes, packed }: ExportFile): Promise<void> {
    this.#bytes += bytes.length;
    this.list.push({ path, bytes: bytes.length, sha256: await sha256(bytes) });
    const file = packed ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    this.#zip.add(file);
    for (let at = 0; at < bytes.length; at += PIECE) file.push(bytes.subarray(at, at + PIECE), false);
    file.push(new Uint8Array(0), true);
  }

  end(): Blob {
    this.#zip.end();
    return new Blob(this.parts, { type: 'application/zip' });
  }
}

/**
 * Builds the zip file by file; of what goes into it only what is compressed stays in memory. It computes for as long as it takes, tens of
 * milliseconds a megapixel: on the page call bundleInWorker. What the zip has no room for is left out, and said: it is the last of the
 * files, pictures of cells where there are any.
 */
export async function buildBundle(
  session: ExportSession,
  formats: readonly Format[] = FORMATS,
  most = MOST,
): Promise<Blob> {
  const packer = new Packer();
  const without = new Map<string, number>();
  for await (const file of files(session, formats)) {
    if (packer.holds(file, most)) await packer.add(file);
    else without.set(kindOf(file), (without.get(kindOf(file)) ?? 0) + 1);
  }
  if (without.size > 0) session.leftOut.push(withoutText(without, formats.length > 1));
  await packer.add(manifest(session, [...packer.list]));
  return packer.end();
}

const kindOf = ({ path }: ExportFile) => /^(crop|heatmap)s\//.exec(path)?.[1] ?? 'other file';

function withoutText(without: ReadonlyMap<string, number>, several: boolean): string {
  const what = [...without].map(([kind, count]) => plural(count, kind)).join(' and ');
  const remedy = several
    ? 'save each format alone with \u201cSave as\u201d.'
    : 'remove images from the list and save again, part by part.';
  return `${what} left out: a zip holds no more. To have them, ${remedy}`;
}

const TYPES: Record<string, string> = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
  html: 'text/html',
  png: 'image/png',
  tif: 'image/tiff',
};

/** The format's one file under its own name, or a zip of its files. */
export async function buildFormat(session: ExportSession, format: Format): Promise<{ name: string; blob: Blob }> {
  // A saved session is always one file of a kind of its own, whatever goes along with it.
  if (format === 'session') return { name: 'session.leukolens', blob: await buildBundle(session, ['session']) };
  const made: ExportFile[] = [];
  for await (const file of files(session, [format])) {
    made.push(file);
    // More than one is known to be a zip.
    if (made.length > 1) return { name: `leukolens-${format}.zip`, blob: await buildBundle(session, [format]) };
  }
  const [only] = made;
  if (!only) return { name: `leukolens-${format}.zip`, blob: await buildBundle(session, [format]) };
  const type = TYPES[only.path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return {
    name: only.path.split('/').at(-1) ?? only.path,
    blob: new Blob([only.bytes as Uint8Array<ArrayBuffer>], { type }),
  };
}
