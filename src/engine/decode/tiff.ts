/** TIFF: pages, px and metadata, read by geotiff slice by slice from the file; lying headers are refused before they cost memory. */
import type { GeoTIFF, GeoTIFFImage } from 'geotiff';
import { LeukolensError } from '../../domain/errors';
import type { Pixels } from '../../domain/pixels';
import type { Scale } from '../../domain/scale';
import { orient, turned } from './orient';
import { tiffScale } from './pixelSize';
import { otherThanSrgb } from './profile';
import { checkSize } from './sniff';
import { bitsOf, coloursOf, type Layout, type Raster, toRgba } from './tiffColour';
import { checkDirectories } from './tiffGuard';

/** A stack with more pages is read up to here. */
const MAX_PAGES = 1000;
/** Px decoded at a time: what a strip of rows costs beside the image itself. */
const CHUNK_PIXELS = 4e6;
/** The tag of a colour profile; the library knows it by no name of TIFF's. */
const ICC_PROFILE = 34675;
/** Of one tile or strip, decoded. */
const MAX_TILE_BYTES = 512 * 2 ** 20;

const COMPRESSIONS: Record<number, string> = {
  2: 'CCITT',
  3: 'CCITT fax',
  4: 'CCITT fax',
  6: 'old-style JPEG',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50002: 'JPEG XL',
};
/** What can be read, with the most bytes of px that a byte of file can stand for: more is a lying header. */
const READABLE = new Map([
  [1, 1],
  [5, 2000],
  [7, 500],
  [8, 1040],
  [32773, 65],
  [32946, 1040],
  [50000, 20_000],
  [50001, 20_000],
]);

export interface TiffInfo {
  width: number;
  height: number;
  pages: number;
  page: number;
  scale: Scale | null;
  profile: string | null;
}

const damaged = (what: string, cause?: unknown) =>
  new LeukolensError(
    'damaged-image',
    `The TIFF is damaged: ${what}.`,
    'Copy it again from its source, or export it anew.',
    {
      cause,
    },
  );
const unsupported = (
  what: string,
  remedy = 'Save it as an 8-bit or 16-bit TIFF without compression, or as PNG, and add it again.',
) => new LeukolensError('unsupported-format', `TIFFs with ${what} cannot be read.`, remedy);
const unsupportedColours = (what: string) =>
  unsupported(what, 'Save it in RGB, as a TIFF without compression or as PNG, and add it again.');

/** Any failure of the library as an error about the file. */
async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof LeukolensError) throw thrown;
    throw damaged('its parts do not fit together', thrown);
  }
}

/** First page that is no thumbnail or reduced copy. */
async function firstFull(tiff: GeoTIFF, pages: number): Promise<number> {
  for (let index = 0; index < pages - 1; index++) {
    const image = await tiff.getImage(index);
    const kind = Number((await image.fileDirectory.loadValue('NewSubfileType')) ?? 0);
    if ((kind & 1) === 0) return index;
  }
  return pages - 1;
}

async function open(file: Blob, wanted: number | null) {
  const pages = await checkDirectories(file, MAX_PAGES);
  const [{ fromBlob }] = await Promise.all([import('geotiff'), import('./tiffDecoders')]);
  const tiff = await fromBlob(file);
  const page = wanted ?? (await firstFull(tiff, pages));
  if (page >= pages) throw damaged(`it has ${pages} pages, and no page ${page + 1}`);
  return { image: await tiff.getImage(page), first: await tiff.getImage(0), page, pages };
}

const numberOf = async (image: GeoTIFFImage, tag: 'Orientation' | 'Compression', otherwise: number) =>
  Number((await image.fileDirectory.loadValue(tag)) ?? otherwise);

/** Size, pages, px size and colour profile, without decoding. Throws LeukolensError. */
export function inspectTiff(file: Blob, wanted: number | null): Promise<TiffInfo> {
  return reading(async () => {
    const { image, first, page, pages } = await open(file, wanted);
    await layoutOf(image, file.size);
    const [width, height] = [image.getWidth(), image.getHeight()];
    const swap = turned(await numberOf(image, 'Orientation', 1));
    return {
      width: swap ? height : width,
      height: swap ? width : height,
      pages,
      page,
      scale: await tiffScale(image, first),
      profile: await tiffProfile(image),
    };
  });
}

/** The name of its colour profile where it is another than sRGB, see profile.ts; one that cannot be read is passed over. */
async function tiffProfile(image: GeoTIFFImage): Promise<string | null> {
  const bytes: unknown = await image.fileDirectory.loadValue(ICC_PROFILE).catch(() => null);
  return bytes instanceof Uint8Array ? otherThanSrgb(bytes) : null;
}

/** How the samples lie, checked against what can be read and against the file's length. */
async function layoutOf(image: GeoTIFFImage, fileBytes: number): Promise<Layout> {
  const directory = image.fileDirectory;
  const [width, height] = [Number(image.getWidth()), Number(image.getHeight())];
  if (!(width > 0) || !(height > 0)) throw damaged('it has no size');
  checkSize(width, height);
  const samples = Number(image.getSamplesPerPixel());
  if (!(samples >= 1) || samples > 16) throw unsupported(`${samples} samples a px`);
  const bits = await bitsOf(image);
  if (bits === null) throw unsupported('floating-point or signed px');
  if (bits === 1) throw unsupported('black and white alone (1 bit a px)');
  if (![4, 8, 16].includes(bits)) throw unsupported(`${bits} bits a sample`);
  const photometric = Number((await directory.loadValue('PhotometricInterpretation')) ?? 1);
  checkColours(photometric, bits);
  const compression = await numberOf(image, 'Compression', 1);
  const ratio = READABLE.get(compression);
  if (ratio === undefined) {
    throw unsupported(`${COMPRESSIONS[compression] ?? `an unknown`} compression (${compression})`);
  }
  const [tileWidth, tileHeight] = [Number(image.getTileWidth()), Number(image.getTileHeight())];
  if (!(tileWidth > 0) || !(tileHeight > 0)) throw damaged('its tiles have no size');
  const planar = Number((await directory.loadValue('PlanarConfiguration')) ?? 1) === 2;
  const tileBytes = tileWidth * Math.min(tileHeight, 2 ** 24) * Math.ceil(bits / 8) * (planar ? 1 : samples);
  if (tileBytes > MAX_TILE_BYTES) throw damaged(`a tile of it would be ${tileWidth} x ${tileHeight} px`);
  await checkOffsets(
    image,
    Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) * (planar ? samples : 1),
    fileBytes,
    ((width * height * samples * bits) / 8 / ratio) * 0.9,
  );
  const extra = (await directory.loadValue('ExtraSamples')) as ArrayLike<number> | number | undefined;
  const map = (await directory.loadValue('ColorMap')) as ArrayLike<number> | undefined;
  if (photometric === 3 && !map) throw damaged('its palette is missing');
  return {
    width,
    height,
    tileHeight,
    samples,
    bits,
    photometric,
    extra: typeof extra === 'object' ? Number(extra[0] ?? 0) : Number(extra ?? 0),
    map: map ?? null,
  };
}

/** Photometric interpretations whose samples the library turns into RGB, taking them for bytes. */
const BY_LIBRARY = new Map([
  [5, 'CMYK'],
  [6, 'YCbCr'],
]);
/** Those that it turns into other colours than they are, or leaves as they are. */
const LAB = new Map([
  [8, 'CIELab'],
  [9, 'ICCLab'],
  [10, 'ITULab'],
]);

/** Refuses what would be shown, and typed, in wrong colours. */
function checkColours(photometric: number, bits: number): void {
  const lab = LAB.get(photometric);
  if (lab) throw unsupportedColours(`${lab} colours`);
  const converted = BY_LIBRARY.get(photometric);
  if (converted && bits !== 8) throw unsupportedColours(`${converted} colours of ${bits} bits`);
}

/** Every tile or strip must lie inside the file, and all together be long enough for the picture. */
async function checkOffsets(image: GeoTIFFImage, count: number, fileBytes: number, least: number): Promise<void> {
  const directory = image.fileDirectory;
  const tiled = directory.hasTag('TileOffsets');
  const list = async (tag: 'TileOffsets' | 'TileByteCounts' | 'StripOffsets' | 'StripByteCounts') => {
    const value = (await directory.loadValue(tag)) as ArrayLike<number | bigint> | number | undefined;
    return typeof value === 'object' ? value : value === undefined ? [] : [value];
  };
  const offsets = await list(tiled ? 'TileOffsets' : 'StripOffsets');
  const lengths = await list(tiled ? 'TileByteCounts' : 'StripByteCounts');
  if (offsets.length < count || lengths.length < count) throw damaged('parts of the picture are not in its list');
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const [offset, length] = [Number(offsets[i]), Number(lengths[i])];
    if (!(offset >= 0) || !(length >= 0) || offset + length > fileBytes) {
      throw damaged('it points past the end of the file; the copy may have been cut short');
    }
    sum += length;
  }
  if (sum < least) throw damaged('it says it is far larger than what it holds');
}

/** Px of one page, upright, 8 bits a channel; wider samples are scaled by the number of bits that are in use. */
export function decodeTiff(file: Blob, wanted: number | null): Promise<Pixels> {
  return reading(async () => {
    const { image } = await open(file, wanted);
    const layout = await layoutOf(image, file.size);
    const { width, height, tileHeight } = layout;
    const rows = Math.max(1, Math.floor(CHUNK_PIXELS / width / tileHeight)) * tileHeight;
    const windows = Array.from({ length: Math.ceil(height / rows) }, (_, i) => ({
      top: i * rows,
      window: [0, i * rows, width, Math.min(height, (i + 1) * rows)] as [number, number, number, number],
    }));
    const data = new Uint8ClampedArray(width * height * 4);
    const read = (window: [number, number, number, number]) => rasterOf(image, layout, window);
    const full = 2 ** layout.bits - 1;
    const peak = layout.bits === 16 ? await peakOf(windows, layout, read) : full;
    for (const { top, window } of windows)
      toRgba(await read(window), layout, { peak, full }, data.subarray(top * width * 4));
    return orient({ data, width, height }, await numberOf(image, 'Orientation', 1));
  });
}

async function rasterOf(
  image: GeoTIFFImage,
  layout: Layout,
  window: [number, number, number, number],
): Promise<Raster> {
  const byLibrary = BY_LIBRARY.has(layout.photometric);
  const raster = byLibrary
    ? await image.readRGB({ window, interleave: true })
    : await image.readRasters({ window, interleave: true });
  return { values: raster as ArrayLike<number>, samples: byLibrary ? 3 : layout.samples, rgb: byLibrary };
}

/** Highest value the colours can have: cameras of 10, 12 or 14 bits store them in 16. Alpha has all 16 beside them. */
async function peakOf<W>(
  windows: { window: W }[],
  layout: Layout,
  read: (window: W) => Promise<Raster>,
): Promise<number> {
  let most = 0;
  for (const { window } of windows) {
    const raster = await read(window);
    const { values, samples } = raster;
    const colours = coloursOf(raster, layout);
    for (let i = 0; i < values.length; i++) {
      if ((values[i] as number) > most && i % samples < colours) most = values[i] as number;
    }
  }
  const bits = [8, 10, 12, 14].find((n) => most < 2 ** n) ?? 16;
  return 2 ** bits - 1;
}
