/** The physical size of a px, with where it is known from: it is never guessed. */

export const SCALE_SOURCES = [
  'OME metadata',
  'ImageJ metadata',
  'TIFF resolution',
  'EXIF resolution',
  'PNG resolution',
  /** Typed in by a person. */
  'typed',
  /** Drawn by a person along something of known length. */
  'drawn',
] as const;
export type ScaleSource = (typeof SCALE_SOURCES)[number];

export interface Scale {
  /** Micrometres a px, the same across and down. */
  umPerPx: number;
  source: ScaleSource;
}

/** Micrometres a px that a light microscope's camera can give; 72 or 300 dpi are a printer's, not a microscope's. */
export const SANE_UM_PER_PX = [0.01, 5] as const;

/** Whether a light microscope's camera can have such px. */
export function isSane(umPerPx: number): boolean {
  const [least, most] = SANE_UM_PER_PX;
  return umPerPx >= least && umPerPx <= most;
}

/** The scale, or null where it makes no sense: outside the range, or not square within a percent. */
export function saneScale(source: ScaleSource, acrossUm: number, downUm = acrossUm): Scale | null {
  if (!isSane(acrossUm) || !(Math.abs(downUm / acrossUm - 1) <= 0.01)) return null;
  return { umPerPx: acrossUm, source };
}
