/** The worker's end of the bridge: answers messages with an EngineApi. */
import { errorData } from '../domain/errors';
import type { EngineApi, FromEngine, ToEngine } from './protocol';

/** What of a worker's global scope is used. */
export interface Scope {
  postMessage(message: FromEngine, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: ToEngine }) => void): void;
}

interface Reply {
  value: unknown;
  transfer: Transferable[];
}

/**
 * Answers every request until the worker ends. Buffers and bitmaps in a method's result are moved to the page, so the
 * engine must not keep them: it returns copies of what it needs again.
 */
export function serve(api: EngineApi, scope: Scope): void {
  const running = new Map<number, AbortController>();

  scope.addEventListener('message', ({ data }) => {
    if (data.method === 'abort') {
      running.get(data.id)?.abort();
      return;
    }
    const { id, method, args } = data;
    const controller = new AbortController();
    running.set(id, controller);
    const post = (message: FromEngine, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
    answer(api, method, args, controller.signal, (progress) => post({ id, kind: 'progress', progress }))
      .then(({ value, transfer }) => post({ id, kind: 'result', value }, transfer))
      .catch((thrown: unknown) => {
        if (isAbort(thrown)) post({ id, kind: 'aborted' });
        else post({ id, kind: 'error', error: errorData(thrown) });
      })
      .finally(() => running.delete(id));
  });
}

type OnProgress = (progress: Extract<FromEngine, { kind: 'progress' }>['progress']) => void;

/** Puts signal and progress back where the method's signature has them. */
async function answer(
  api: EngineApi,
  method: keyof EngineApi,
  args: unknown[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Reply> {
  // The page's client is typed by the same interface, so the arguments are what the method expects.
  const [a, b, c] = args as [never, never, never];
  const call = (): Promise<unknown> => {
    switch (method) {
      case 'load':
        return api.load(a, signal, onProgress);
      case 'analyse':
        return api.analyse(a, b, c, onProgress, signal);
      case 'explain':
        return api.explain(a, b, c, signal);
      case 'overlay':
        return api.overlay(a, b, c, signal);
      case 'release':
        return api.release(a);
      case 'dispose':
        return api.dispose();
    }
  };
  const value = await call();
  return { value, transfer: transferList(value) };
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
