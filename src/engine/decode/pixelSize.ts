/** Reads the physical size of a px from a file's metadata, with its source; senseless values count as none. */
import type { GeoTIFFImage } from 'geotiff';
import { type Scale, saneScale } from '../../domain/scale';
import type { Format } from './sniff';

/** Micrometres of the units that OME, ImageJ and the like write. */
const UNITS: Record<string, number> = {
  m: 1e6,
  cm: 1e4,
  mm: 1e3,
  µm: 1,
  μm: 1,
  um: 1,
  micron: 1,
  microns: 1,
  micrometer: 1,
  micrometre: 1,
  nm: 1e-3,
  inch: 25_400,
  in: 25_400,
};

/** Of a TIFF resolution unit: 2 inch, 3 centimetre. */
const RESOLUTION_UNITS: Record<number, number> = { 2: 25_400, 3: 10_000 };

function unitOf(text: string): number {
  const plain = text.replace(/\\u00[bB]5/g, 'µ').replace(/&#181;|&#xB5;/gi, 'µ');
  return UNITS[plain.trim().toLowerCase()] ?? Number.NaN;
}

interface Size {
  width: number;
  height: number;
}

/** How many px of an image lie side by side in one of its copy's; NaN where the sides do not fit, and it is no copy. */
function reduction(copy: Size, of: Size): number {
  // Sides are rounded to whole px.
  const fits = Math.abs(copy.width * of.height - copy.height * of.width) <= of.width + of.height;
  return fits ? of.width / copy.width : Number.NaN;
}

/**
 * Of OME-XML: the PhysicalSizeX and -Y, micrometres unless a unit is given, of the Pixels element that has the page's size, else
 * of the first one, whose size is the first page's where it does not say it, and of which the page is a copy.
 */
function omeScale(xml: string, page: Size, first: Size): Scale | null {
  const elements = (xml.match(/<(?:\w+:)?Pixels\b[^>]*>/g) ?? []).map((element) => {
    const attribute = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(element)?.[1];
    const size = (axis: 'X' | 'Y') =>
      Number(attribute(`PhysicalSize${axis}`) ?? Number.NaN) * unitOf(attribute(`PhysicalSize${axis}Unit`) ?? 'µm');
    const [width, height] = [Number(attribute('SizeX')) || first.width, Number(attribute('SizeY')) || first.height];
    return { width, height, across: size('X'), down: size('Y') };
  });
  const own = elements.find(({ width, height }) => width === page.width && height === page.height) ?? elements[0];
  if (!own) return null;
  const times = reduction(page, own);
  return saneScale('OME metadata', own.across * times, (Number.isNaN(own.down) ? own.across : own.down) * times);
}

/** A TIFF rational as the library gives it: one number, or numerator and denominator. */
function rational(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null) return Number.NaN;
  const [over, under = 1] = value as ArrayLike<number> & Iterable<number>;
  return Number(over) / Number(under);
}

const sizeOf = (page: GeoTIFFImage): Size => ({ width: page.getWidth(), height: page.getHeight() });

/** Whether a page says its own resolution. A reduced copy that has that of the first page, though smaller, does not. */
async function hasOwn(page: GeoTIFFImage, first: GeoTIFFImage): Promise<boolean> {
  const across = rational(await page.fileDirectory.loadValue('XResolution'));
  if (Number.isNaN(across)) return false;
  const isReduced = (Number((await page.fileDirectory.loadValue('NewSubfileType')) ?? 0) & 1) === 1;
  const repeated = across === rational(await first.fileDirectory.loadValue('XResolution'));
  return !(isReduced && repeated && page.getWidth() < first.getWidth());
}

/** Of a TIFF page. Stacks, and pyramids of reduced copies, say it on their first page. */
export async function tiffScale(page: GeoTIFFImage, first: GeoTIFFImage): Promise<Scale | null> {
  const text = String((await first.fileDirectory.loadValue('ImageDescription')) ?? '');
  if (text.includes('<OME') || text.includes(':OME')) {
    const ome = omeScale(text, sizeOf(page), sizeOf(first));
    if (ome) return ome;
  }
  const own = await hasOwn(page, first);
  const load = (tag: 'XResolution' | 'YResolution' | 'ResolutionUnit') =>
    (own ? page : first).fileDirectory.loadValue(tag);
  const times = own ? 1 : reduction(sizeOf(page), sizeOf(first));
  const across = rational(await load('XResolution')) / times;
  const down = rational(await load('YResolution')) / times || across;
  if (text.startsWith('ImageJ=')) {
    const unit = unitOf(/^unit=(.*)$/m.exec(text)?.[1] ?? '');
    const scale = saneScale('ImageJ metadata', unit / across, unit / down);
    if (scale) return scale;
  }
  const unit = RESOLUTION_UNITS[Number((await load('ResolutionUnit')) ?? 2)] ?? Number.NaN;
  return saneScale('TIFF resolution', unit / across, unit / down);
}

/** Of a PNG's pHYs chunk, whose unit is the metre. */
export function pngScale(bytes: Uint8Array): Scale | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IDAT' || type === 'IEND') return null;
    if (type === 'pHYs' && length >= 9 && at + 17 <= bytes.length && bytes[at + 16] === 1) {
      return saneScale('PNG resolution', 1e6 / view.getUint32(at + 8), 1e6 / view.getUint32(at + 12));
    }
    at += length + 12;
  }
  return null;
}

/** Of the EXIF block of a JPEG or AVIF. Metadata that cannot be read is none. */
async function exifScale(bytes: ArrayBuffer): Promise<Scale | null> {
  try {
    const { parse } = await import('exifr');
    const tags = await parse(bytes, {
      pick: ['XResolution', 'YResolution', 'ResolutionUnit'],
      translateValues: false,
      mergeOutput: true,
    });
    const unit = RESOLUTION_UNITS[Number(tags?.ResolutionUnit ?? 2)] ?? Number.NaN;
    return saneScale('EXIF resolution', unit / Number(tags?.XResolution), unit / Number(tags?.YResolution));
  } catch {
    return null;
  }
}

/** Of any file but a TIFF. */
export async function fileScale(format: Format, bytes: ArrayBuffer): Promise<Scale | null> {
  if (format === 'png') return pngScale(new Uint8Array(bytes));
  if (format === 'jpeg' || format === 'avif') return exifScale(bytes);
  return null;
}
