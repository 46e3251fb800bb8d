// What the specs about batches share: many small synthetic fields that all differ, folders of them, and TIFFs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { fixture } from './smears';

/** The truth of every field that makeFields writes. */
export const CELLS_A_FIELD = 2;

/** field-b.png: its cells, turned and lit a little differently for every number, so that no two files are the same. */
export function fieldNumber(n: number): Uint8Array {
  const { width, height, channels, data } = decode(readFileSync(fixture('field-b.png')));
  const out = new Uint8Array(width * height * 3);
  const [across, down] = [n % 2 === 1, n % 4 > 1];
  // Each number has a light of its own, within what lamps differ.
  const gain = [0, 1, 2].map((c) => 0.94 + 0.06 * ((((n >> 2) * (c + 3)) % 41) / 40));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((down ? height - 1 - y : y) * width + (across ? width - 1 - x : x)) * channels;
      for (let c = 0; c < 3; c++) out[(y * width + x) * 3 + c] = Math.round((data[from + c] ?? 0) * (gain[c] ?? 1));
    }
  }
  // And a number of its own in the corner, which no cell reaches.
  out[0] = n & 255;
  out[1] = n >> 8;
  return encode({ width, height, channels: 3, data: out });
}

/** Of a largeField. */
export const LARGE = { width: 1024, height: 768 };

/** A fieldNumber in the corner of a field of many times its px, which has no other white cells: px without results. */
export function largeField(n: number): Uint8Array {
  const [empty, field] = [decode(readFileSync(fixture('empty.png'))), decode(fieldNumber(n))];
  const out = new Uint8Array(LARGE.width * LARGE.height * 3);
  for (let y = 0; y < LARGE.height; y++) {
    for (let x = 0; x < LARGE.width; x++) {
      const { data, width, height, channels } = x < field.width && y < field.height ? field : empty;
      const from = ((y % height) * width + (x % width)) * channels;
      for (let c = 0; c < 3; c++) out[(y * LARGE.width + x) * 3 + c] = data[from + c] ?? 0;
    }
  }
  return encode({ ...LARGE, channels: 3, data: out });
}

/** Writes fields 0 .. count - 1 into nested folders, a hundred or fewer a folder, beside files that are no images. */
export function makeFields(folder: string, count: number): void {
  for (let n = 0; n < count; n++) {
    const inside = path.join(folder, `slide ${1 + Math.floor(n / 25)}`, `row ${1 + (Math.floor(n / 5) % 5)}`);
    mkdirSync(inside, { recursive: true });
    writeFileSync(path.join(inside, `field ${n}.png`), fieldNumber(n));
    if (n % 25 === 0) writeFileSync(path.join(inside, 'notes.txt'), 'no image');
  }
}

/** What the list of images says of itself, rows out of view included. */
export async function counts(page: Page): Promise<{ total: number; done: number; settled: number }> {
  return page.evaluate(() => {
    const { total, done, settled } = document.querySelector<HTMLElement>('nav[data-total]')?.dataset ?? {};
    return { total: Number(total ?? 0), done: Number(done ?? 0), settled: Number(settled ?? 0) };
  });
}

/** Waits until so many are done; fails when nothing moves for two minutes. */
export async function untilDone(page: Page, wanted: number): Promise<void> {
  let last = -1;
  let since = Date.now();
  for (;;) {
    const { done } = await counts(page);
    if (done >= wanted) return;
    if (done !== last) [last, since] = [done, Date.now()];
    expect(Date.now() - since, `no file was finished after ${done}`).toBeLessThan(120_000);
    await page.waitForTimeout(100);
  }
}

/** An uncompressed TIFF of one or more RGB pages; `perCm` is px a centimetre. */
export function tiff(pages: { width: number; height: number; data: Uint8Array }[], perCm = 0): Uint8Array {
  const entries = 13;
  const headBytes = 2 + entries * 12 + 4 + 6 + 16;
  const total = pages.reduce((sum, { data }) => sum + headBytes + data.length, 8);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, 8, true);
  let at = 8;
  pages.forEach(({ width, height, data }, i) => {
    const directory = at;
    const bits = directory + 2 + entries * 12 + 4;
    const resolution = bits + 6;
    const strip = resolution + 16;
    const tags: [number, number, number, number][] = [
      [256, 4, 1, width],
      [257, 4, 1, height],
      [258, 3, 3, bits],
      [259, 3, 1, 1],
      [262, 3, 1, 2],
      [273, 4, 1, strip],
      [277, 3, 1, 3],
      [278, 4, 1, height],
      [279, 4, 1, data.length],
      [282, 5, 1, resolution],
      [283, 5, 1, resolution + 8],
      [284, 3, 1, 1],
      [296, 3, 1, 3],
    ];
    view.setUint16(directory, entries, true);
    tags.forEach(([tag, type, count, value], k) => {
      const entry = directory + 2 + k * 12;
      view.setUint16(entry, tag, true);
      view.setUint16(entry + 2, type, true);
      view.setUint32(entry + 4, count, true);
      view.setUint32(entry + 8, value, true);
    });
    at = strip + data.length;
    view.setUint32(directory + 2 + entries * 12, i + 1 < pages.length ? at : 0, true);
    for (const k of [0, 1, 2]) view.setUint16(bits + 2 * k, 8, true);
    for (const k of [0, 8]) {
      view.setUint32(resolution + k, perCm, true);
      view.setUint32(resolution + k + 4, 1, true);
    }
    bytes.set(data, strip);
  });
  return bytes;
}

/** RGB px of a PNG of the fixtures. */
export function rgbOf(name: string): { width: number; height: number; data: Uint8Array } {
  const { width, height, channels, data } = decode(readFileSync(fixture(name)));
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * channels + c] ?? 0;
  return { width, height, data: rgb };
}
