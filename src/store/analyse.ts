/** The queue: files looked into, decoded and analysed one after another, the next decoded while one is at work. */
import { type ErrorData, errorData } from '../domain/errors';
import type { Analysis, Progress } from '../domain/smear';
import { selectCell, selectImage } from './actions';
import { withoutHeatmaps } from './cells';
import { isHeld } from './decide';
import { inspect, URGENCY, type Urgency } from './decoder';
import { lateTwin, repeats } from './doubles';
import { analysePixels, forgetInEngine, isAbort, refreshEngineInfo, restart, startEngine } from './engineClient';
import { ofFile, refusal } from './files';
import { type ImageEntry, nextWaiting, onward, patchImage, twinOf, withoutImage } from './images';
import { forgetPictures } from './pictures';
import { decodeAhead, dropAhead, isAhead, openedFile, pixelsOf } from './prepare';
import { useStore } from './store';

export type { EngineInfo, LoadProgress } from './engineClient';
export { startEngine } from './engineClient';

/** Larger images are decoded alone: two of them would not fit beside each other. */
const AHEAD_PIXELS = 24e6;

let running = false;
const controllers = new Map<string, AbortController>();
/** Files that the engine was started anew for. */
const restartedFor = new Set<string>();
const inspections = new Map<string, Promise<boolean>>();
let offered: string | null = null;
const get = useStore.getState;
const patch = (id: string, change: Parameters<typeof patchImage>[2]) =>
  useStore.setState((state) => patchImage(state, id, change));
const entry = (id: string) => get().images.find((image) => image.id === id);

/** Tries again after a failure: the engine, and with it the files that still wait. */
export function restartEngine(): void {
  startEngine().then(runQueue, () => {});
}

/** True while a file is being worked on, or the engine started for one. */
export const isRunning = () => running;

/** Shows an image because its file was the first of those opened, until one chooses another. */
export function offer(id: string): void {
  offered = id;
  selectImage(id);
}

/** Works until no file waits; a file that fails does not hold up the others. */
export async function runQueue(): Promise<void> {
  void inspectAll();
  if (running) return;
  running = true;
  try {
    for (let next = upNext(); next; next = upNext()) {
      try {
        await startEngine();
      } catch {
        // Without an engine the files keep waiting; the screen shows why, and offers to try again.
        return;
      }
      if (entry(next)?.status === 'waiting') await analyseOne(next);
    }
  } finally {
    running = false;
  }
}

function upNext(not?: string): string | undefined {
  const { paused, images, selectedImage } = get();
  return paused ? undefined : nextWaiting(images, selectedImage, not);
}

/** Looks into every file that waits, in the background: what cannot be read or is there twice is known early. */
async function inspectAll(): Promise<void> {
  for (const { id } of get().images) {
    if (entry(id)?.status === 'waiting') await inspected(id, URGENCY.background);
  }
}

/** Looks into a file once. False where it is not to be analysed; the image then says why. */
function inspected(id: string, urgency: Urgency): Promise<boolean> {
  const known = inspections.get(id);
  if (known) return known;
  const promise = lookInto(id, urgency);
  inspections.set(id, promise);
  return promise;
}

async function lookInto(id: string, urgency: Urgency): Promise<boolean> {
  const image = entry(id);
  if (!image) return false;
  // Taken up from an earlier visit that had done so.
  if (image.sha256) return !(await countOnce(id, lateTwin(image)));
  try {
    const facts = await inspect(await openedFile(id), urgency);
    if (!entry(id)) return false;
    const twin = twinOf(get().images, { id, sha256: facts.sha256 });
    const page = entry(id)?.page ?? facts.page;
    patch(id, { ...facts, page, scale: entry(id)?.scale ?? facts.scale });
    return !(await countOnce(id, isStopped(id) ? undefined : twin));
  } catch (thrown) {
    // What was stopped meanwhile stays so.
    if (!isStopped(id) && !isAbort(thrown)) fail(id, errorData(thrown));
    return false;
  }
}

const isStopped = (id: string) => entry(id)?.status === 'cancelled';

/** A file that repeats a twin, if it has one, is its double from now on, or gives its file to it and goes: true where it has. */
export async function countOnce(id: string, twin: ImageEntry | undefined): Promise<boolean> {
  if (!twin) return false;
  if (await repeats(id, twin)) {
    if (entry(twin.id)?.status === 'failed') again(twin.id);
    remove(id);
    void runQueue();
  }
  return true;
}

/** The file cannot be analysed, and why. */
export function fail(id: string, error: ErrorData): void {
  const image = entry(id);
  if (image) patch(id, { status: 'failed', progress: null, error: ofFile(error, image.name) });
}

/** Decodes the next file while one is at work, unless either is too large for that. */
async function prepareAhead(present: string): Promise<void> {
  const next = upNext(present);
  const small = (id: string) => {
    const image = entry(id);
    return image !== undefined && image.width * image.height <= AHEAD_PIXELS;
  };
  if (!next || isAhead() || !small(present) || !(await inspected(next, URGENCY.engine)) || !small(next)) return;
  if (entry(next)?.status === 'waiting') decodeAhead(next);
}

async function analyseOne(id: string): Promise<void> {
  const controller = new AbortController();
  controllers.set(id, controller);
  const onProgress = (progress: Progress) => {
    if (!controller.signal.aborted) patch(id, { progress: onward(entry(id)?.progress ?? null, progress) });
  };
  patch(id, { status: 'working', progress: { stage: 'decode', cellsDone: 0, cellsTotal: 0 }, error: null });
  try {
    if (!(await inspected(id, URGENCY.engine))) return;
    const started = performance.now();
    const pixels = await pixelsOf(id, controller.signal);
    controller.signal.throwIfAborted();
    const work = analysePixels(id, entry(id)?.name ?? '', pixels, onProgress, controller.signal);
    void prepareAhead(id);
    const analysis = await work;
    controller.signal.throwIfAborted();
    done(id, analysis, performance.now() - started);
    void refreshEngineInfo();
  } catch (thrown) {
    // 'Cancelled', or another page, was set by whoever aborted it; a decoding begun ahead of its turn ends as it may, and late.
    if (controller.signal.aborted) return;
    if (!isAbort(thrown)) failed(id, errorData(thrown));
  } finally {
    if (controllers.get(id) === controller) controllers.delete(id);
  }
}

function done(id: string, analysis: Analysis, ms: number): void {
  const { width, height, colourless = false } = analysis;
  patch(id, { status: 'done', progress: null, analysis, ms, width, height, colourless });
  const first = analysis.cells[0];
  if (offered !== get().selectedImage) offered = null;
  // Nobody chose to look at a file that failed.
  if (offered && entry(offered)?.status === 'failed') selectImage(id);
  if (get().selectedImage === id && get().selectedCell === null && first) selectCell(first.id);
}

function failed(id: string, error: ErrorData): void {
  const image = entry(id);
  if (!image) return;
  // An engine or a graphics device that failed under a file gets one more chance with it, in a new worker.
  const again = (error.code === 'backend-failed' || error.code === 'engine-stopped') && !restartedFor.has(id);
  if (!again) {
    fail(id, error);
    return;
  }
  restartedFor.add(id);
  restart();
  patch(id, { status: 'waiting', progress: null });
  useStore.setState({ recovered: image.name });
}

/** Begins no further file; the one in work is finished. */
export function pause(): void {
  useStore.setState({ paused: true });
}

/** Goes on after a pause. */
export function resume(): Promise<void> {
  useStore.setState({ paused: false });
  return runQueue();
}

/** Stops one file, whether it waits or is being worked on. */
export function cancel(id: string): void {
  const status = entry(id)?.status;
  if (status === 'waiting' || status === 'working') patch(id, { status: 'cancelled', progress: null });
  controllers.get(id)?.abort();
  dropAhead(id);
}

/** Stops everything that is not done; what is done stays. */
export function cancelAll(): void {
  for (const { id } of get().images) cancel(id);
  useStore.setState({ paused: false });
}

/** Queues a failed or cancelled file once more. */
export function retry(id: string): Promise<void> {
  again(id);
  return runQueue();
}

/** Queues every file that failed once more. */
export function retryFailed(): Promise<void> {
  for (const { id, status } of get().images) if (status === 'failed') again(id);
  return runQueue();
}

/** The file is looked into once more when its turn comes, whatever was found of it before. */
export function lookAgain(id: string): void {
  inspections.delete(id);
  restartedFor.delete(id);
}

/** Nothing is known of any file any more: a session that is opened may list them again, by the same ids. */
export function forgetFiles(): void {
  inspections.clear();
  restartedFor.clear();
}

function again(id: string): void {
  const image = entry(id);
  if (!image || refusal(image)) return;
  lookAgain(id);
  patch(id, { status: 'waiting', error: null, progress: null });
}

/** Takes a file out of the list and out of memory, without a word in the log; what was signed stays. */
export function remove(id: string): void {
  if (isHeld(id)) return;
  cancel(id);
  const { images, selectedImage } = get();
  const at = images.findIndex((image) => image.id === id);
  useStore.setState((state) => ({
    images: withoutImage(state.images, id),
    heatmaps: withoutHeatmaps(state.heatmaps, `${id}/`),
  }));
  forgetPictures(id);
  inspections.delete(id);
  forgetInEngine(id);
  if (selectedImage === id) selectImage((images[at + 1] ?? images[at - 1])?.id ?? null);
  // The first of them is counted now.
  const doubles = images.filter(({ duplicateOf }) => duplicateOf === id);
  for (const double of doubles) inspections.delete(double.id);
  if (doubles.length > 0) void runQueue();
}
