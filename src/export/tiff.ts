/** One-channel unsigned TIFF files, deflated in strips: what ImageJ, CellProfiler and tifffile read as label images. */
import { zlibSync } from 'fflate';

const ROWS = 64;
const [SHORT, LONG] = [3, 4] as const;

/** Baseline TIFF 6.0, little-endian, 8 or 16 bits a px after the array's kind; row-major. Up to 4 GB. */
export function labelTiff(width: number, height: number, data: Uint16Array | Uint8Array): Uint8Array {
  const bytes = data.BYTES_PER_ELEMENT;
  const strips: Uint8Array[] = [];
  for (let y = 0; y < height; y += ROWS) {
    const rows = data.subarray(y * width, Math.min(height, y + ROWS) * width);
    const raw = new Uint8Array(rows.length * bytes);
    if (bytes === 1) raw.set(rows);
    else {
      const view = new DataView(raw.buffer);
      rows.forEach((value, i) => {
        view.setUint16(2 * i, value, true);
      });
    }
    strips.push(zlibSync(raw));
  }
  const entries: [tag: number, type: 3 | 4, values: number[]][] = [
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, [8 * bytes]],
    // 8: Adobe deflate; 1: black is zero.
    [259, SHORT, [8]],
    [262, SHORT, [1]],
    [273, LONG, strips.map(() => 0)],
    [277, SHORT, [1]],
    [278, LONG, [ROWS]],
    [279, LONG, strips.map(({ length }) => length)],
    [339, SHORT, [1]],
  ];
  const directory = 8;
  const afterDirectory = directory + 2 + 12 * entries.length + 4;
  const large = entries.map(([, type, values]) =>
    values.length * (type === LONG ? 4 : 2) > 4 ? 4 * values.length : 0,
  );
  const firstStrip = afterDirectory + large.reduce((a, b) => a + b, 0);
  let at = firstStrip;
  const offsets = strips.map(({ length }) => {
    at += length;
    return at - length;
  });
  const out = new Uint8Array(at);
  const view = new DataView(out.buffer);
  out.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directory, true);
  view.setUint16(directory, entries.length, true);
  let spare = afterDirectory;
  entries.forEach(([tag, type, plain], i) => {
    const values = tag === 273 ? offsets : plain;
    const place = directory + 2 + 12 * i;
    view.setUint16(place, tag, true);
    view.setUint16(place + 2, type, true);
    view.setUint32(place + 4, values.length, true);
    const apart = large[i] as number;
    const into = apart ? spare : place + 8;
    values.forEach((value, k) => {
      if (type === LONG) view.setUint32(into + 4 * k, value, true);
      else view.setUint16(into + 2 * k, value, true);
    });
    if (apart) view.setUint32(place + 8, spare, true);
    spare += apart;
  });
  strips.forEach((strip, i) => {
    out.set(strip, offsets[i]);
  });
  return out;
}
