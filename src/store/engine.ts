/** Slice: the state of the engine and of offline use, and the diagnostics made of them. */
import type { ErrorData } from '../domain/errors';
import type { EngineInfo, LoadProgress } from './engineClient';
import type { ImageEntry } from './images';

export type EngineState =
  | { status: 'idle' }
  | { status: 'loading'; progress: LoadProgress | null }
  | { status: 'ready'; info: EngineInfo }
  | { status: 'failed'; error: ErrorData };

export interface EngineSlice {
  engine: EngineState;
  /** Everything that is needed without a network is stored. */
  offlineReady: boolean;
  /** Lets a waiting new version in and reloads; null while none waits. */
  update: (() => void) | null;
  /** It was asked for and waits: other tabs show the app, and are to be closed first. */
  othersOpen: boolean;
  /** Another tab let a new version in: what this page has not loaded yet is no longer stored. */
  replaced: boolean;
  online: boolean;
  /** A click that could not be carried out and belongs to no file: an export, a sample. */
  problem: ErrorData | null;
  exporting: boolean;
  /** Of how many images what an export needs has been made; null where nothing is, or nothing that takes time. */
  exported: { done: number; total: number } | null;
}

export const engineInitial: EngineSlice = {
  engine: { status: 'idle' },
  offlineReady: false,
  update: null,
  othersOpen: false,
  replaced: false,
  online: true,
  problem: null,
  exporting: false,
  exported: null,
};

/** What pwa/register reports. */
export type PwaReport = Pick<EngineSlice, 'offlineReady' | 'othersOpen' | 'replaced'> & {
  /** False where the page stays after all. */
  update: (() => Promise<boolean>) | null;
};

/** What a report of a fault needs, as text; of files it holds sizes and times, no names. */
export function diagnostics(
  { engine, offlineReady }: EngineSlice,
  images: readonly ImageEntry[],
  userAgent: string,
): string {
  const lines = ['Leukolens diagnostics', `browser: ${userAgent}`, `offline ready: ${offlineReady}`];
  lines.push(`engine: ${engine.status}`);
  if (engine.status === 'failed') lines.push(`error: ${engine.error.code}: ${engine.error.message}`);
  if (engine.status === 'ready') {
    const { backend, device, software, fallbackReason, model, details } = engine.info;
    lines.push(`backend: ${backend}`, `device: ${device}${software ? ' (software)' : ''}`);
    if (fallbackReason) lines.push(`stepped down because: ${fallbackReason}`);
    lines.push(`model: ${model.name} ${model.version}, ${model.parameters} parameters, ${model.hash}`);
    for (const [name, value] of Object.entries(details)) lines.push(`${name}: ${value}`);
  }
  images.forEach(({ status, size, analysis, error, ms }, index) => {
    const result = analysis
      ? `${analysis.width}x${analysis.height}, ${analysis.cells.length} cells, ${Math.round(ms)} ms; ${Object.entries(
          analysis.timings,
        )
          .map(([stage, time]) => `${stage} ${Math.round(time)}`)
          .join(', ')}`
      : (error?.code ?? '');
    lines.push(`file ${index + 1}: ${status}, ${size} bytes, ${result}`);
  });
  return lines.join('\n');
}
