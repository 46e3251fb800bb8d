// What the specs share: the synthetic smears with their truth, dropping files, waiting, and reading an exported bundle.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { decode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';

const fixtures = path.join(import.meta.dirname, 'fixtures');

export const fixture = (name: string) => path.join(fixtures, name);

/** What the generator drew: cells by id, and the instance map that holds these ids. */
export interface Truth {
  width: number;
  height: number;
  cells: { id: number; type: string; box: [number, number, number, number] }[];
}

export async function truthOf(stem: string): Promise<Truth & { instances: ArrayLike<number> }> {
  const truth: Truth = JSON.parse(await readFile(fixture(`${stem}.json`), 'utf8'));
  return { ...truth, instances: decode(await readFile(fixture(`${stem}.instances.png`))).data };
}

export interface FilePayload {
  name: string;
  bytes: Uint8Array;
}

export async function payload(name: string, as = name): Promise<FilePayload> {
  return { name: as, bytes: await readFile(fixture(name)) };
}

/** Drops files on the window, as the desktop would. */
export async function drop(page: Page, files: FilePayload[]): Promise<void> {
  const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    return data;
  }, plain);
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
  }
  await transfer.dispose();
}

export const item = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Images' }).getByRole('listitem').filter({ hasText: name });

/** Waits until a file is analysed (or failed) and shows it. */
export async function settled(page: Page, name: string, status: 'done' | 'failed' = 'done'): Promise<void> {
  await expect(
    item(page, name)
      .locator(`[data-status="${status}"]`)
      .or(page.locator(`[aria-label="${name}"][data-status="${status}"]`))
      .first(),
  ).toBeVisible({
    timeout: 170_000,
  });
}

/** Rows of the table of cells. */
export const cellRows = (page: Page) => page.getByRole('table', { name: 'Cells' }).locator('tbody tr');

/** What the Export button saves. */
export interface Bundle {
  results: {
    model: { name: string; hash: string };
    images: {
      file: string;
      backend: string;
      cellsFile: string;
      classesFile: string;
      colourless?: boolean;
      error?: { code: string };
      cells: {
        id: number;
        measures: unknown;
        type: string;
        modelType: string;
        box: number[];
        probabilities: Record<string, number>;
      }[];
    }[];
  };
  /** Label maps by name, decoded. */
  map(name: string): { width: number; height: number; data: ArrayLike<number> };
}

export async function exported(page: Page): Promise<Bundle> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  const files = unzipSync(await readFile(await download.path()));
  const bytes = (name: string) => {
    const found = files[name];
    if (!found) throw new Error(`${name} is not in the bundle (${Object.keys(files).join(', ')})`);
    return found;
  };
  return { results: JSON.parse(strFromU8(bytes('results.json'))), map: (name) => decode(bytes(name)) };
}

/** What an act saves: pictures and heatmaps of many cells take minutes. */
export async function download(page: Page, act: () => Promise<void>): Promise<Uint8Array> {
  const [saved] = await Promise.all([page.waitForEvent('download', { timeout: 400_000 }), act()]);
  return readFile(await saved.path());
}

/** Best intersection over union of each true cell with any found one. */
export function bestIous(truth: ArrayLike<number>, found: ArrayLike<number>): Map<number, number> {
  const areas = [new Map<number, number>(), new Map<number, number>()];
  const both = new Map<string, number>();
  const count = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [truth[i] ?? 0, found[i] ?? 0];
    if (a) count(areas[0] as Map<number, number>, a);
    if (b) count(areas[1] as Map<number, number>, b);
    if (a && b) count(both, `${a} ${b}`);
  }
  const best = new Map([...(areas[0]?.keys() ?? [])].map((id) => [id, 0]));
  for (const [pair, overlap] of both) {
    const [a = 0, b = 0] = pair.split(' ').map(Number);
    const union = (areas[0]?.get(a) ?? 0) + (areas[1]?.get(b) ?? 0) - overlap;
    best.set(a, Math.max(best.get(a) ?? 0, overlap / union));
  }
  return best;
}

/** Waits until a file is at such a stage. Looked at in every frame: on a fast machine a stage is over in tens of ms. */
export async function atStage(page: Page, stage: RegExp, timeout: number): Promise<void> {
  const isThere = (source: string) =>
    [...document.querySelectorAll('li[data-status="working"]')].some((file) =>
      new RegExp(source).test(file.textContent ?? ''),
    );
  await page.waitForFunction(isThere, stage.source, { polling: 'raf', timeout });
}
