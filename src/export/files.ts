/** A session -> the files of one format or of all, one after another, each named as in a bundle. */
import { strToU8 } from 'fflate';
import { plural } from '../domain/plural';
import { coco } from './coco';
import { csv } from './csv';
import { differentialCsv } from './differentialCsv';
import { geojson } from './geojson';
import { analysedOf, type ExportSession, NOTICE } from './input';
import { hasPlace, labelMaps, labelPngs } from './labelMaps';
import { notAnalysedTexts } from './notAnalysed';
import { report } from './report';
import { imageNames, mapFiles, results } from './results';
import { photographFile, sessionJson } from './session';
import { labelTiff } from './tiff';

export const FORMATS = [
  'results',
  'csv',
  'differential',
  'report',
  'geojson',
  'coco',
  'png',
  'tiff',
  'crops',
  'heatmaps',
  'session',
] as const;
export type Format = (typeof FORMATS)[number];

export interface ExportFile {
  path: string;
  bytes: Uint8Array;
  /** Compressed already: a zip keeps it as it is. */
  packed: boolean;
}

const text = (path: string, content: string): ExportFile => ({ path, bytes: strToU8(content), packed: false });
const json = (path: string, value: unknown) => text(path, `${JSON.stringify(value, null, 1)}\n`);

const picture = async (path: string, png: Blob): Promise<ExportFile> => ({
  ...{ path, packed: true },
  bytes: new Uint8Array(await png.arrayBuffer()),
});

/** Files of the formats in turn, made as they are asked for; what cannot be made is added to `session.leftOut`. */
export async function* files(session: ExportSession, formats: readonly Format[]): AsyncGenerator<ExportFile> {
  const wants = (format: Format) => formats.includes(format);
  if (wants('results')) yield json('results.json', results(session));
  if (wants('csv')) yield text('cells.csv', csv(session));
  if (wants('differential')) yield text('differential.csv', differentialCsv(session));
  if (wants('report')) yield text('report.html', report(session));
  if (wants('coco')) yield json('coco.json', coco(session));
  // Before what there may be more of than a zip holds.
  if (wants('session')) yield* sessionFiles(session);
  const names = imageNames(session);
  for (const image of analysedOf(session)) {
    const name = names.get(image.id) ?? image.id;
    const { width, height } = image.analysis;
    if (wants('geojson')) yield json(`${name}.geojson`, geojson(image));
    const placed = image.cells.filter(hasPlace);
    if (wants('png') || wants('tiff')) sayWithoutPlace(session, image.file, image.cells.length - placed.length);
    if (wants('png')) {
      const pngs = labelPngs(width, height, placed);
      const { cellsFile, classesFile } = mapFiles(name);
      yield { path: cellsFile, bytes: pngs.cells, packed: true };
      yield { path: classesFile, bytes: pngs.classes, packed: true };
    }
    if (wants('tiff')) {
      const maps = labelMaps(width, height, placed);
      yield { path: `${name}.cells.tif`, bytes: labelTiff(width, height, maps.cells), packed: true };
      yield { path: `${name}.classes.tif`, bytes: labelTiff(width, height, maps.classes), packed: true };
    }
  }
  for (const { id: imageId, cells, pictures } of analysedOf(session)) {
    const name = names.get(imageId) ?? imageId;
    for (const { id } of cells) {
      const { crop, heatmap } = pictures[id] ?? {};
      if (wants('crops') && crop) yield picture(`crops/${name}/${id}.png`, crop);
      if (wants('heatmaps') && heatmap) yield picture(`heatmaps/${name}/${id}.png`, heatmap);
    }
  }
}

/** Once, however often the maps are made. */
function sayWithoutPlace({ leftOut }: ExportSession, file: string, count: number): void {
  const said = `${file}: ${plural(count, 'cell')} not in its label maps, whose numbers end at 65535.`;
  if (count > 0 && !leftOut.includes(said)) leftOut.push(said);
}

async function* sessionFiles(session: ExportSession): AsyncGenerator<ExportFile> {
  const photographs: Record<string, Blob> = {};
  for (const [id, photograph] of Object.entries(session.photographs)) {
    // Its card may be out by now: what people decided is saved all the same.
    const bytes = await photograph.arrayBuffer().catch(() => null);
    if (bytes) {
      photographs[id] = photograph;
      yield { path: photographFile(id), bytes: new Uint8Array(bytes), packed: true };
    } else {
      const file = session.state.images.find((image) => image.id === id)?.path ?? id;
      session.leftOut.push(`The photograph of ${file} is not in this file: it could not be read.`);
    }
  }
  yield text('session.json', sessionJson({ ...session, photographs }));
}

/** What the manifest says of each file, so that a changed one is noticed. */
export interface Manifest {
  format: 'leukolens-manifest';
  version: 1;
  notice: string;
  app: ExportSession['app'];
  model: ExportSession['model'];
  environment: ExportSession['environment'];
  created: string;
  images: { file: string; size: number; sha256: string }[];
  /** SHA-256 in hexadecimal. */
  files: { path: string; bytes: number; sha256: string }[];
  leftOut: string[];
}

export function manifest(session: ExportSession, list: Manifest['files']): ExportFile {
  const { app, model, environment, saved, images, leftOut } = session;
  const content: Manifest = {
    format: 'leukolens-manifest',
    version: 1,
    notice: NOTICE,
    app,
    model,
    environment,
    created: saved,
    images: images.map(({ file, size, sha256: hash }) => ({ file, size, sha256: hash })),
    files: list,
    leftOut: [...notAnalysedTexts(session), ...leftOut],
  };
  return json('manifest.json', content);
}
