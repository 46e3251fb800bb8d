/** Numbers and words as the screen shows them. */
import type { Progress } from '../../domain/smear';

/** What reloading the page does to the session, which is kept on this device or is not. */
export function reloadText(kept: boolean): string {
  return kept
    ? 'The session is kept, and offered again after reloading.'
    : 'Reloading closes the images that are listed.';
}

/** A probability as percent; never rounded to certainty. Its spaces do not break: it is one word on screen. */
export function percent(value: number): string {
  const hundred = 100 * value;
  if (hundred > 99.9) return '>\u00a099.9\u00a0%';
  if (hundred < 0.1) return '<\u00a00.1\u00a0%';
  // Where whole ones would say 99, a column would have it in two ways.
  return `${hundred.toFixed(hundred >= 9.95 && hundred < 98.5 ? 0 : 1)}\u00a0%`;
}

/** Px with thin spaces between thousands. */
export function pixels(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function bytes(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(value / 1e3))} kB`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** Candidates are not cells yet, and some are looked at more than once: their number is known in the end only. */
function lookingText({ cellsDone, cellsTotal }: Progress): string {
  if (cellsTotal < 2) return 'looking for cells';
  return `looking at candidate ${Math.min(cellsDone + 1, cellsTotal)} of about ${cellsTotal}`;
}

/** The step an image is in, with its candidates where it has come to them. */
export function stageText(progress: Progress): string {
  const { tilesDone = 0, tilesTotal = 0 } = progress;
  if (progress.stage === 'saliency' && tilesTotal > 1) return `saliency, tile ${tilesDone + 1} of ${tilesTotal}`;
  if (progress.stage === 'cells') return lookingText(progress);
  return progress.stage === 'decode' ? 'decoding' : progress.stage;
}
