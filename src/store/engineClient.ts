/** The engine at work: starting it, giving it images, and which of them it still holds. The only user of bridge/client. */
import wasmUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { EngineClient } from '../bridge/client';
import { errorData } from '../domain/errors';
import type { Pixels } from '../domain/pixels';
import type { Analysis, BackendName, Progress } from '../domain/smear';
import { decode, URGENCY } from './decoder';
import { fileOf } from './pictures';
import { useStore } from './store';

export type { EngineInfo, LoadProgress } from '../bridge/protocol';

const MODEL = 'sg-cldff-v5';
/** What the engine keeps of images for heatmaps and layers, in bytes as estimated by `heldBytes`; the oldest go first. */
const HELD_BUDGET = 200e6;

interface Session {
  client: EngineClient;
  ready: Promise<void>;
  /** Images this worker can explain without their files, with the bytes it keeps of each; the oldest first. */
  known: Map<string, number>;
}

let session: Session | null = null;
/** Why the graphics device is left alone until the page is reloaded; empty where it may be used. */
let withoutGpu = '';
/** Images being shown to the engine again. */
const returning = new Map<string, Promise<unknown>>();

export const isAbort = (thrown: unknown) => (thrown as { name?: unknown } | null)?.name === 'AbortError';
/** An absolute URL: a worker's own base is the folder of its script. */
const absolute = (url: string) => new URL(url, location.href).href;

/**
 * What the address asks for: ?backend=wasm for a machine whose GPU misbehaves, ?backend=webgpu for one whose GPU is software, ?crop=1 for
 * files of one cell each.
 */
function addressOptions(): { backend: BackendName | undefined; crop: boolean } {
  const parameters = new URLSearchParams(location.search);
  const asked = parameters.get('backend');
  return {
    backend: asked === 'wasm' || asked === 'webgpu' ? asked : undefined,
    crop: parameters.get('crop') === '1',
  };
}

/** Starts the engine unless it runs; settles when it is ready, rejects when it cannot be. */
export function startEngine(): Promise<void> {
  if (session && !session.client.stopped) return session.ready;
  if (session && hungOnGpu(session)) {
    withoutGpu = 'the analysis gave no sign on the graphics device for minutes; reload the page to try it again';
  }
  useStore.setState({ cropMode: addressOptions().crop });
  const client = EngineClient.start();
  const started: Session = { client, ready: load(client), known: new Map() };
  session = started;
  // One that hung before it could take a file: whoever waits for it gets another.
  started.ready = started.ready.catch((thrown: unknown) => {
    if (session === started && hungOnGpu(started)) return startEngine();
    throw thrown;
  });
  return started.ready;
}

/** A driver that hangs says nothing: no worker can step down from it, and the next one would hang as well. */
function hungOnGpu({ client }: Session): boolean {
  const { engine } = useStore.getState();
  const onWasm = engine.status === 'ready' && engine.info.backend === 'wasm';
  return client.hung && !onWasm && !withoutGpu && addressOptions().backend !== 'wasm';
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
      ...(withoutGpu ? { backend: 'wasm' as const, reason: withoutGpu } : { backend: addressOptions().backend }),
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

/** The engine may have stepped down under a file: what it runs on now, and why, belongs on the screen. */
export async function refreshEngineInfo(): Promise<void> {
  const info = await session?.client.status().catch(() => undefined);
  if (info && useStore.getState().engine.status === 'ready') useStore.setState({ engine: { status: 'ready', info } });
}

/** Ends the worker; the next call starts a new one. */
export function restart(): void {
  session?.client.terminate();
}

/** Evidence of every cell, and the saliency map at its coarsest reduction of 4 bytes a px. */
const heldBytes = ({ width, height, cells }: Analysis) => cells.length * 13_000 + (width * height) / 4;

/** Moves the px to the engine and has them analysed, as a crop of one cell where `crop` says so. */
export async function analysePixels(
  id: string,
  name: string,
  pixels: Pixels,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal | undefined,
  crop = useStore.getState().cropMode,
): Promise<Analysis> {
  if (!session) throw new DOMException('The engine was ended.', 'AbortError');
  const { client, known } = session;
  const analysis = await client.analyse(id, { name, pixels }, { crop }, onProgress, signal);
  known.delete(id);
  known.set(id, heldBytes(analysis));
  let held = [...known.values()].reduce((sum, bytes) => sum + bytes, 0);
  for (const [other, bytes] of known) {
    if (held <= HELD_BUDGET) break;
    if (other === id || other === useStore.getState().selectedImage) continue;
    held -= bytes;
    known.delete(other);
    client.release(other).catch(() => {});
  }
  return { ...analysis, crop };
}

/** Whether the engine can explain an image as it is. */
export function isKnown(id: string): boolean {
  return session !== null && !session.client.stopped && session.known.has(id);
}

/** Frees what the engine keeps of an image. */
export function forgetInEngine(id: string): void {
  session?.known.delete(id);
  // Also where it is not known to be known: a cancelled analysis may have ended in the worker all the same.
  session?.client.release(id).catch(() => {});
}

/** The client, with the image in it: after a restart, and when it had to make room, the engine has to see it again. */
export async function clientFor(imageId: string): Promise<EngineClient> {
  await startEngine();
  if (!session) throw new DOMException('', 'AbortError');
  if (!session.known.has(imageId)) {
    // Heatmap and layers may ask at the same time.
    const running = returning.get(imageId) ?? inTurn(() => showAgain(imageId));
    returning.set(imageId, running);
    await running.finally(() => returning.delete(imageId));
  }
  return session.client;
}

let turn: Promise<unknown> = Promise.resolve();

/** One image at a time: of an earlier session that is looked through every image asks to be shown. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => {});
  return mine;
}

async function showAgain(imageId: string): Promise<void> {
  const { selectedImage, exporting } = useStore.getState();
  // Somebody has gone on before it was its turn.
  if (selectedImage !== imageId && !exporting) throw new DOMException('Nobody looks at it any more.', 'AbortError');
  const file = await fileOf(imageId);
  const entry = () => useStore.getState().images.find(({ id }) => id === imageId);
  const image = entry();
  if (!file || !image) throw new DOMException('The file was removed.', 'AbortError');
  const wants = { id: imageId, page: image.page, pixels: true, field: false, keep: false };
  const decoded = await decode(file, wants, URGENCY.engine);
  decoded.thumb.close();
  // As it was found, whatever the address says today: other cells would not be its own.
  const crop = image.analysis?.crop;
  await analysePixels(imageId, image.name, decoded.pixels as Pixels, () => {}, undefined, crop);
  if (entry()?.page === image.page) return;
  // What the engine now holds is of the page before, and may have come after that of the page that is shown.
  forgetInEngine(imageId);
  throw new DOMException('Another page is shown.', 'AbortError');
}
