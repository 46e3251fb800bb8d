/** The engine at work: starting it, and the queue of files. The only user of bridge/client. */
import wasmUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { EngineClient } from '../bridge/client';
import { errorData, LeukolensError } from '../domain/errors';
import type { Analysis, BackendName, Progress } from '../domain/smear';
import { selectCell, selectImage } from './actions';
import { fromList, naturalOrder, type PickedFile, refusal } from './files';
import { newEntry, patchImage } from './images';
import { ensureField, fileOf, forgetPictures, keepFile, makeCellThumbs } from './pictures';
import { useStore } from './store';

export type { EngineInfo, LoadProgress } from '../bridge/protocol';

const MODEL = 'sg-cldff-v2';

interface Session {
  client: EngineClient;
  ready: Promise<void>;
  /** Images this worker has seen: it can explain them without their files. */
  known: Set<string>;
}

let session: Session | null = null;
let running = false;
const controllers = new Map<string, AbortController>();
/** Files that the engine was started anew for. */
const restartedFor = new Set<string>();
/** Images being shown to a restarted engine again. */
const returning = new Map<string, Promise<unknown>>();

const get = useStore.getState;
const patch = (id: string, change: Parameters<typeof patchImage>[2]) =>
  useStore.setState((state) => patchImage(state, id, change));
const entry = (id: string) => get().images.find((image) => image.id === id);
export const isAbort = (thrown: unknown) => (thrown as { name?: unknown } | null)?.name === 'AbortError';
/** An absolute URL: a worker's own base is the folder of its script. */
const absolute = (url: string) => new URL(url, location.href).href;

/** What the address asks for: ?backend=wasm for a machine whose GPU misbehaves, ?crop=1 for files of one cell each. */
function addressOptions(): { backend: BackendName; crop: boolean } {
  const parameters = new URLSearchParams(location.search);
  return {
    backend: parameters.get('backend') === 'wasm' ? 'wasm' : 'webgpu',
    crop: parameters.get('crop') === '1',
  };
}

/** Starts the engine unless it runs; settles when it is ready, rejects when it cannot be. */
export function startEngine(): Promise<void> {
  if (session && !session.client.stopped) return session.ready;
  useStore.setState({ cropMode: addressOptions().crop });
  const client = EngineClient.start();
  session = { client, ready: load(client), known: new Set() };
  return session.ready;
}

async function load(client: EngineClient): Promise<void> {
  useStore.setState({ engine: { status: 'loading', progress: null } });
  try {
    const options = {
      modelUrl: absolute(`${import.meta.env.BASE_URL}models/${MODEL}/`),
      wasmUrls: {
        'tfjs-backend-wasm.wasm': absolute(wasmUrl),
        'tfjs-backend-wasm-simd.wasm': absolute(wasmSimdUrl),
        'tfjs-backend-wasm-threaded-simd.wasm': absolute(wasmThreadedUrl),
      },
      backend: addressOptions().backend,
    };
    const info = await client.load(options, undefined, (progress) =>
      useStore.setState({ engine: { status: 'loading', progress } }),
    );
    useStore.setState({ engine: { status: 'ready', info } });
  } catch (thrown) {
    client.terminate();
    useStore.setState({ engine: { status: 'failed', error: errorData(thrown) } });
    throw thrown;
  }
}

/** Tries again after a failure: the engine, and with it the files that still wait. */
export function restartEngine(): void {
  startEngine().then(runQueue, () => {});
}

/** Lists the files in natural order and starts on them. */
export async function addFiles(picked: Promise<PickedFile[]> | Iterable<File>): Promise<void> {
  const files = 'then' in picked ? await picked : fromList(picked);
  files.sort((a, b) => naturalOrder(a.path, b.path));
  const entries = files.map(({ file, path }) => {
    const id = crypto.randomUUID();
    keepFile(id, file);
    const error = refusal(file);
    return {
      ...newEntry({ id, name: file.name, path, size: file.size }),
      ...(error && { status: 'failed' as const, error }),
    };
  });
  useStore.setState((state) => ({ images: [...state.images, ...entries] }));
  // What was just opened is what one wants to see, unless one is watching a run.
  if (entries[0] && (get().selectedImage === null || !running)) selectImage(entries[0].id);
  // One after another, so that the picture on screen is the first to be there.
  void (async () => {
    for (const { id, error } of entries) if (!error) await ensureField(id);
  })();
  await runQueue();
}

/** Works until no file waits; a file that fails does not hold up the others. */
async function runQueue(): Promise<void> {
  if (running) return;
  running = true;
  try {
    for (let next = firstWaiting(); next; next = firstWaiting()) {
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

function firstWaiting(): string | undefined {
  return get().images.find(({ status }) => status === 'waiting')?.id;
}

async function analyseOne(id: string): Promise<void> {
  const started = performance.now();
  patch(id, { status: 'working', progress: { stage: 'decode', cellsDone: 0, cellsTotal: 0 }, error: null });
  const controller = new AbortController();
  controllers.set(id, controller);
  try {
    const analysis = await analyseFile(id, controller.signal, (progress) => {
      if (!controller.signal.aborted) patch(id, { progress });
    });
    patch(id, { status: 'done', progress: null, analysis, ms: performance.now() - started });
    const first = analysis.cells[0];
    if (get().selectedImage === id && get().selectedCell === null && first) selectCell(first.id);
    void makeCellThumbs(id, analysis.cells);
  } catch (thrown) {
    // 'Cancelled' was set by whoever cancelled, before the engine knew.
    if (isAbort(thrown)) return;
    const error = errorData(thrown);
    // A graphics device that failed under a file gets one more chance with it, in a new worker.
    const again = error.code === 'backend-failed' && !restartedFor.has(id) && entry(id) !== undefined;
    if (again) {
      restartedFor.add(id);
      session?.client.terminate();
    }
    patch(id, again ? { status: 'waiting', progress: null } : { status: 'failed', progress: null, error });
  } finally {
    if (controllers.get(id) === controller) controllers.delete(id);
  }
}

async function analyseFile(
  id: string,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Analysis> {
  const file = fileOf(id);
  if (!file || !session) throw new DOMException('The file was removed.', 'AbortError');
  const { client, known } = session;
  const bytes = await file.arrayBuffer().catch((cause: unknown) => {
    throw new LeukolensError(
      'damaged-image',
      'The file could not be read: it may have been moved, renamed or deleted since it was opened.',
      'Drop it here again from where it is now.',
      { cause },
    );
  });
  signal?.throwIfAborted();
  const analysis = await client.analyse(id, { name: file.name, bytes }, { crop: get().cropMode }, onProgress, signal);
  known.add(id);
  return analysis;
}

/** Stops one file, whether it waits or is being worked on. */
export function cancel(id: string): void {
  const status = entry(id)?.status;
  if (status === 'waiting' || status === 'working') patch(id, { status: 'cancelled', progress: null });
  controllers.get(id)?.abort();
}

/** Stops everything that is not done; what is done stays. */
export function cancelAll(): void {
  for (const { id } of get().images) cancel(id);
}

/** Queues a failed or cancelled file once more. */
export function retry(id: string): Promise<void> {
  const image = entry(id);
  if (image && !refusal(image)) patch(id, { status: 'waiting', error: null, progress: null });
  return runQueue();
}

/** Takes a file out of the list and out of memory. */
export function remove(id: string): void {
  cancel(id);
  const { images, selectedImage } = get();
  const at = images.findIndex((image) => image.id === id);
  useStore.setState((state) => ({
    images: state.images.filter((image) => image.id !== id),
    heatmaps: Object.fromEntries(Object.entries(state.heatmaps).filter(([key]) => !key.startsWith(`${id}/`))),
  }));
  forgetPictures(id);
  // Also where it is not known to be known: a cancelled analysis may have ended in the worker all the same.
  session?.known.delete(id);
  session?.client.release(id).catch(() => {});
  if (selectedImage === id) selectImage((images[at + 1] ?? images[at - 1])?.id ?? null);
}

/** The client, with the image in it: after a restart the engine has to see it again. */
export async function clientFor(imageId: string): Promise<EngineClient> {
  await startEngine();
  if (!session) throw new DOMException('', 'AbortError');
  if (!session.known.has(imageId)) {
    // Heatmap and layers may ask at the same time.
    const running = returning.get(imageId) ?? analyseFile(imageId, undefined, () => {});
    returning.set(imageId, running);
    await running.finally(() => returning.delete(imageId));
  }
  return session.client;
}
