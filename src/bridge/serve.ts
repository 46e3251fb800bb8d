/** The workers' end of the bridge: answers messages with an EngineApi or a DecoderApi. */
import { errorData } from '../domain/errors';
import type { Call, DecoderApi, EngineApi, FromWorker, Method } from './protocol';

/** What of a worker's global scope is used. */
export interface Scope {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: Call }) => void): void;
}

/** Carries one request out. */
type Answer = (method: Method, args: unknown[], signal: AbortSignal, onProgress: OnProgress) => Promise<unknown>;
type OnProgress = (progress: Extract<FromWorker, { kind: 'progress' }>['progress']) => void;

/** Answers an engine's requests until the worker ends. */
export function serve(api: EngineApi, scope: Scope): void {
  answerAll(scope, (method, args, signal, onProgress) =>
    askEngine(api, method as keyof EngineApi, args, signal, onProgress),
  );
}

/** Answers a decoder's requests until the worker ends. */
export function serveDecoder(api: DecoderApi, scope: Scope): void {
  answerAll(scope, (method, args) => {
    const [file, options] = args as [never, never];
    return method === 'inspect' ? api.inspect(file, options) : api.decode(file, options);
  });
}

/**
 * Buffers and bitmaps in a result are moved to the page, so the worker must not keep them: it returns copies of what it
 * needs again.
 */
function answerAll(scope: Scope, answer: Answer): void {
  const running = new Map<number, AbortController>();

  scope.addEventListener('message', ({ data }) => {
    if (data.method === 'abort') {
      running.get(data.id)?.abort();
      return;
    }
    const { id, method, args } = data;
    const controller = new AbortController();
    running.set(id, controller);
    const post = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
    answer(method, args, controller.signal, (progress) => post({ id, kind: 'progress', progress }))
      .then((value) => post({ id, kind: 'result', value }, transferList(value)))
      .catch((thrown: unknown) => {
        if (isAbort(thrown)) post({ id, kind: 'aborted' });
        else post({ id, kind: 'error', error: errorData(thrown) });
      })
      .finally(() => running.delete(id));
  });
}

/** Puts signal and progress back where the method's signature has them. */
function askEngine(
  api: EngineApi,
  method: keyof EngineApi,
  args: unknown[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<unknown> {
  // The page's client is typed by the same interface, so the arguments are what the method expects.
  const [a, b, c, d] = args as [never, never, never, never];
  switch (method) {
    case 'load':
      return api.load(a, signal, onProgress);
    case 'status':
      return api.status();
    case 'analyse':
      return api.analyse(a, b, c, onProgress, signal);
    case 'explain':
      return api.explain(a, b, c, signal);
    case 'overlay':
      return api.overlay(a, b, c, signal);
    case 'segmentAt':
      return api.segmentAt(a, b, c, d, signal);
    case 'release':
      return api.release(a);
  }
}

function isAbort(thrown: unknown): boolean {
  return (thrown as { name?: unknown } | null)?.name === 'AbortError';
}

/**
 * Every buffer and bitmap inside a result, once each. Views of a part of a larger buffer (wasm memory, a pool) are left
 * out: moving would take the whole from its owner, so these are copied.
 */
export function transferList(value: unknown): Transferable[] {
  const found = new Set<Transferable>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (part instanceof ArrayBuffer) found.add(part);
    else if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer && part.byteLength === part.buffer.byteLength) found.add(part.buffer);
    } else if (typeof ImageBitmap !== 'undefined' && part instanceof ImageBitmap) found.add(part);
    else for (const inner of Object.values(part)) visit(inner);
  };
  visit(value);
  return [...found];
}
