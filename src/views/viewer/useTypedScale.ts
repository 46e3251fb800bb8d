/** A scale as it is typed, in whatever words: what it would be, and why it is not to be believed or cannot be set. */
import { useEffect, useState } from 'react';
import { scaleWarning } from '../../domain/measure/scale';
import { isSane, type Scale } from '../../domain/scale';
import type { ImageEntry } from '../../store/images';
import { redCellPx } from '../../store/scale';

export interface TypedScale {
  /** Null where no microscope has it. */
  scale: Scale | null;
  /** Median diameter of the image's red cells at it, µm; null where none is known. */
  redCellUm: number | null;
  warning: string | null;
}

/** typed: a number with a point or a comma; px: how many px it is the length of, in µm. */
export function useTypedScale(
  image: ImageEntry | undefined,
  typed: string,
  px: number,
  source: Scale['source'],
): TypedScale {
  const [redCell, setRedCell] = useState<number | null>(null);
  useEffect(() => {
    if (image) void redCellPx(image).then(setRedCell);
  }, [image]);
  const umPerPx = Number(typed.replace(',', '.')) / px;
  const sane = isSane(umPerPx);
  return {
    scale: sane ? { umPerPx, source } : null,
    redCellUm: sane && redCell !== null ? redCell * umPerPx : null,
    warning: typed.trim() === '' ? null : scaleWarning(umPerPx, redCell),
  };
}
