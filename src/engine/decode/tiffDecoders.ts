/**
 * LZW and Deflate for TIFF strips and tiles, bounded by what the strip or tile can hold. The library's own LZW loops
 * without end on damaged data until the tab has no memory left (geotiff 3.0, seen in fuzzing), and its Deflate has no bound.
 */
import { unzlibSync } from 'fflate';
import { addDecoder, BaseDecoder } from 'geotiff';

type Directory = Parameters<Parameters<typeof addDecoder>[2] & object>[0];

interface Bound {
  /** Bytes of a strip or tile, decoded. */
  most: number;
}

/** What the library's decoders are told, and the bound. */
async function parametersOf(directory: Directory) {
  const load = async (tag: Parameters<Directory['loadValue']>[0]) => directory.loadValue(tag);
  const number = async (tag: Parameters<Directory['loadValue']>[0], otherwise: number) =>
    Number((await load(tag)) ?? otherwise);
  const tiled = !directory.hasTag('StripOffsets');
  const height = await number('ImageLength', 1);
  const tileWidth = await number(tiled ? 'TileWidth' : 'ImageWidth', 1);
  const tileHeight = tiled ? await number('TileLength', 1) : Math.min(height, await number('RowsPerStrip', height));
  const bitsPerSample = ((await load('BitsPerSample')) ?? [1]) as number[];
  const planarConfiguration = await number('PlanarConfiguration', 1);
  const bits = Math.max(...Array.from(bitsPerSample, Number));
  const samples = planarConfiguration === 2 ? 1 : await number('SamplesPerPixel', 1);
  return {
    tileWidth,
    tileHeight,
    planarConfiguration,
    bitsPerSample,
    predictor: (await number('Predictor', 1)) || 1,
    most: Math.ceil((tileWidth * bits * samples) / 8) * tileHeight,
  };
}

const boundOf = (decoder: BaseDecoder) => (decoder.parameters as unknown as Bound).most;

class Lzw extends BaseDecoder {
  override decodeBlock(buffer: ArrayBufferLike): ArrayBufferLike {
    return unLzw(new Uint8Array(buffer), boundOf(this)).buffer as ArrayBuffer;
  }
}

class Deflate extends BaseDecoder {
  override decodeBlock(buffer: ArrayBufferLike): ArrayBufferLike {
    return unzlibSync(new Uint8Array(buffer), { out: new Uint8Array(boundOf(this)) }).buffer as ArrayBuffer;
  }
}

addDecoder(5, async () => Lzw, parametersOf as never);
addDecoder([8, 32946], async () => Deflate, parametersOf as never);

const CLEAR = 256;
const END = 257;
const NO_CODE = -1;

/**
 * LZW as TIFF 6.0 has it (codes of 9 to 12 bits, most significant bit first, one code early), at most `most` bytes; what
 * is missing stays zero. Throws on codes that cannot be.
 */
export function unLzw(input: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(most);
  // An entry is a place in what was written already, and its length: nothing can point in a circle.
  const starts = new Int32Array(4096);
  const lengths = new Int32Array(4096);
  let next = 258;
  let width = 9;
  let before = NO_CODE;
  let beforeStart = 0;
  let written = 0;
  let bits = 0;
  let held = 0;
  for (const byte of input) {
    held = ((held << 8) | byte) & 0xff_ff_ff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === END || written >= most) break;
    if (code === CLEAR) {
      [next, width, before] = [258, 9, NO_CODE];
      continue;
    }
    const start = written;
    if (code < 256) out[written++] = code;
    else {
      const known = code < next;
      if (before === NO_CODE || code > next) throw new Error(`LZW code ${code} at ${written}`);
      const from = known ? (starts[code] as number) : beforeStart;
      const length = known ? (lengths[code] as number) : start - beforeStart + 1;
      // One at a time: a new entry ends with its own first byte.
      for (let i = 0; i < length && written < most; i++) out[written++] = out[from + i] as number;
    }
    if (before !== NO_CODE && next < 4096) {
      starts[next] = beforeStart;
      lengths[next] = start - beforeStart + 1;
      next++;
    }
    if (next + 1 >= 1 << width && width < 12) width++;
    [before, beforeStart] = [code, start];
  }
  return out;
}
