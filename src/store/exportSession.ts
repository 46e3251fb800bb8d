/** Saves what this session holds: one format, or all of them in a bundle, or the session itself. */
import { errorData, LeukolensError } from '../domain/errors';
import { sha256 } from '../domain/hash';
import { plural } from '../domain/plural';
import { isUnseen } from '../domain/review/cells';
import { signatureOf } from '../domain/review/history';
import type { ModelIdentity } from '../domain/smear';
import type { Format } from '../export/files';
import type { CellPictures, ExportImage, ExportSession, SessionImage } from '../export/input';
import { isKnown } from './engineClient';
import type { ImageEntry } from './images';
import { fileOf } from './pictures';
import { cellsOn, slideOf } from './review';
import { scaleOf } from './scale';
import { type State, useStore } from './store';

export type { Format } from '../export/files';

/** Photographs go into a saved session up to this many bytes together; beyond it the session names them only. */
const PHOTOGRAPHS = 400e6;

type Extras = { pictures: Map<string, Record<number, CellPictures>>; hashes: Map<string, string> };
const NOTHING: Extras = { pictures: new Map(), hashes: new Map() };

function exportImage(image: ImageEntry, { history }: Pick<State, 'history'>, extras: Extras): ExportImage[] {
  const { id, path, size, ms, analysis, error, pages, page, colourless } = image;
  const common = {
    ...{ id, file: path, size },
    sha256: image.sha256 || (extras.hashes.get(id) ?? ''),
    slide: slideOf(history.state, id),
    ...(pages > 1 && { page: (page ?? 0) + 1, pages }),
  };
  if (analysis) {
    const { width, height, backend, model } = analysis;
    return [
      {
        ...common,
        ms,
        analysis: { width, height, backend, ...(model && { model }) },
        cells: cellsOn(image, history.state),
        scale: scaleOf(image, history.state),
        signed: signatureOf(history.state, id) !== undefined,
        ...(colourless && { colourless }),
        pictures: extras.pictures.get(id) ?? {},
      },
    ];
  }
  // Files that wait or were stopped have nothing to say; export/notAnalysed.ts says that they were there.
  return error ? [{ ...common, error }] : [];
}

/** An image as a session keeps it; what is being worked on waits again. */
function sessionImage(image: ImageEntry): SessionImage {
  const { progress: _, status, ...kept } = image;
  return { ...kept, status: status === 'working' ? 'waiting' : status };
}

/** The one model that made all analyses, whatever is loaded now; where several did, or none says, the one that is loaded. */
function modelOf(images: readonly ImageEntry[], loaded: ModelIdentity | null): ModelIdentity | null {
  const made = images.flatMap(({ analysis }) => (analysis ? [analysis.model ?? loaded] : []));
  const [one = loaded] = made;
  return made.every((model) => model?.hash === one?.hash) ? one : loaded;
}

/** What of the state is exported: every image that is done or has failed, and the log. */
export function sessionOf(
  state: Pick<State, 'engine' | 'images' | 'history' | 'widen' | 'countBorder'>,
  extras: Extras = NOTHING,
): ExportSession {
  const { engine, images, history, widen, countBorder } = state;
  const info = engine.status === 'ready' ? engine.info : null;
  const wbc = Object.entries(history.state.slides).flatMap(([slide, { wbc: value }]) =>
    value === undefined ? [] : [[slide, value] as const],
  );
  return {
    app: { name: 'Leukolens', version: import.meta.env.VITE_APP_VERSION },
    model: modelOf(images, info && { name: info.model.name, version: info.model.version, hash: info.model.hash }),
    environment: {
      ...(info && { Backend: info.backend, Device: info.device }),
      Browser: globalThis.navigator?.userAgent ?? '',
    },
    saved: new Date().toISOString(),
    widen,
    countBorder,
    images: images.flatMap((image) => exportImage(image, state, extras)),
    wbc: Object.fromEntries(wbc),
    signatures: history.state.signatures,
    state: { images: images.map(sessionImage), events: history.log },
    photographs: {},
    leftOut: [],
  };
}

/** Hashes of the photographs that have none yet, and pictures of cells as the formats want them. */
async function gather(formats: readonly Format[], { images, history }: State, leftOut: string[]): Promise<Extras> {
  const extras: Extras = { pictures: new Map(), hashes: new Map() };
  const has = (...some: Format[]) => some.some((format) => formats.includes(format));
  const wanted = {
    crops: has('crops'),
    heatmaps: has('heatmaps'),
    thumbs: has('report'),
    colours: has('results', 'csv'),
  };
  // Of images that the engine no longer holds heatmaps mean analysing them again: for a whole session that takes too long to be a
  // surprise, unless heatmaps are what is asked for.
  const again = formats.length === 1;
  let [missing, unknown, unseen, without] = [0, 0, 0, 0];
  for (const [done, image] of images.entries()) {
    if (images.length > 1) useStore.setState({ exported: { done, total: images.length } });
    const file = await fileOf(image.id);
    if (file && !image.sha256) extras.hashes.set(image.id, await sha256(await file.arrayBuffer()));
    if (!image.analysis) continue;
    if (!file) missing++;
    const cells = cellsOn(image, history.state);
    // A photograph that is not here makes no crops; thumbnails may be.
    if (file ? Object.values(wanted).some(Boolean) : wanted.thumbs) {
      const { picturesOf } = await import('./cellPictures');
      const heatmaps = wanted.heatmaps && file !== null && (again || isKnown(image.id));
      const pictures = await picturesOf(image, cells, { ...wanted, heatmaps });
      extras.pictures.set(image.id, pictures);
      if (heatmaps) {
        const left = cells.filter(({ id }) => !pictures[id]?.heatmap);
        unseen += left.filter(isUnseen).length;
        without += left.filter((cell) => !isUnseen(cell)).length;
      } else if (wanted.heatmaps && file) unknown++;
    }
  }
  if (missing > 0 && (wanted.crops || wanted.heatmaps || wanted.colours)) {
    const which = missing === 1 ? 'One photograph is not open: its' : `${missing} photographs are not open: their`;
    leftOut.push(`${which} crops, heatmaps and mean colours are left out.`);
  }
  if (unknown > 0) {
    leftOut.push(
      `The engine no longer holds ${plural(unknown, 'image')} (of an earlier visit, or let go to make room), and makes no heatmaps of them here: “Save as, Heatmaps” has it analyse them again.`,
    );
  }
  if (unseen > 0) leftOut.push(`${plural(unseen, 'cell')} without a heatmap: the model did not make their outlines.`);
  if (without > 0) {
    leftOut.push(
      `${plural(without, 'cell')} without a heatmap: it could not be made, or another version of the model found them. Analyse those images again.`,
    );
  }
  return extras;
}

/** Photographs that a saved session takes along, where they fit. */
async function photographs({ images }: State, leftOut: string[]): Promise<Record<string, Blob>> {
  const out: Record<string, Blob> = {};
  let bytes = 0;
  for (const { id, path } of images) {
    const file = await fileOf(id);
    if (!file) {
      leftOut.push(`The photograph of ${path} is not in this file: it is not here, or can no longer be read.`);
      continue;
    }
    bytes += file.size;
    out[id] = file;
  }
  if (bytes <= PHOTOGRAPHS) return out;
  leftOut.push(`The photographs (${Math.round(bytes / 1e6)} MB) are not in this file: open them beside it.`);
  return {};
}

function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has started.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `npm run analyse` takes results.json and the label maps, and waits for nothing else. */
const BARE: readonly Format[] = ['results', 'png'];
const wantsBare = () => new URLSearchParams(location.search).get('export') === 'maps';

/** Formats that are of pictures alone, and which of a cell's these are. */
const PICTURES: Partial<Record<Format, 'crop' | 'heatmap'>> = { crops: 'crop', heatmaps: 'heatmap' };

const hasAny = ({ pictures }: Extras, kind: 'crop' | 'heatmap') =>
  [...pictures.values()].some((own) => Object.values(own).some((cell) => cell[kind]));

/** A zip of nothing is not saved. */
function nothingOf(format: Format, leftOut: readonly string[]): LeukolensError {
  return new LeukolensError(
    'file-missing',
    `There are no ${format} to save. ${leftOut.join(' ')}`.trim(),
    leftOut.length > 0
      ? 'Open the photographs again: they are recognised, and go on where they were.'
      : 'Open images with white cells first.',
  );
}

/** Offers one format, or with none named the bundle of all; what goes wrong is said on screen. */
export async function exportSession(single?: Format): Promise<void> {
  // As it is when it is asked for: another session may be opened while the files are made.
  const state = useStore.getState();
  if (state.exporting) return;
  useStore.setState({ exporting: true, problem: null });
  try {
    // Loaded when it is first needed: nothing of it is part of the first paint.
    const [{ bundleInWorker }, { FORMATS }] = await Promise.all([
      import('../export/bundleInWorker'),
      import('../export/files'),
    ]);
    const formats = single ? [single] : wantsBare() ? BARE : FORMATS;
    const leftOut: string[] = [];
    const extras = wantsBare() ? NOTHING : await gather(formats, state, leftOut);
    const picture = single && PICTURES[single];
    if (picture && !hasAny(extras, picture)) throw nothingOf(single, leftOut);
    const session = { ...sessionOf(state, extras), leftOut };
    if (single === 'session') session.photographs = await photographs(state, leftOut);
    const made = await bundleInWorker(single ? { session, single } : { session, formats });
    download(made.blob, made.name);
    if (made.leftOut.length > 0)
      useStore.setState({ notes: { title: 'Saved. Not in the file:', lines: made.leftOut } });
  } catch (thrown) {
    useStore.setState({ problem: errorData(thrown) });
  } finally {
    useStore.setState({ exporting: false, exported: null });
  }
}
