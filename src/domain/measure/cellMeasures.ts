/** Everything that is measured of one cell: size, shape and colour of the cell and its nucleus. */
import { components } from '../components';
import { CYTOPLASM, decodeMask, type Mask, NUCLEUS } from '../mask';
import { splitRegions } from '../split';
import { type RegionProps, regionProps } from './regionProps';

export interface CellMeasures {
  cell: RegionProps;
  /** Null where no nucleus was drawn. */
  nucleus: RegionProps | null;
  /** Area of the nucleus over that of the cytoplasm; null where one of them is missing. */
  nucleusToCytoplasm: number | null;
  /** Parts of the nucleus that are apart or joined by a neck; 0 without a nucleus. */
  lobes: number;
}

const measured = new WeakMap<Mask, CellMeasures | null>();

/** Null for an empty mask. Kept with the mask: a changed outline is a new mask. */
export function cellMeasures(mask: Mask): CellMeasures | null {
  let result = measured.get(mask);
  if (result === undefined) {
    result = measure(mask);
    measured.set(mask, result);
  }
  return result;
}

function measure(mask: Mask): CellMeasures | null {
  const { width, height } = mask;
  const classes = decodeMask(mask);
  const cell = regionProps({ inside: classes, width, height });
  if (!cell) return null;
  const core = classes.map((v) => (v === NUCLEUS ? 1 : 0));
  const nucleus = regionProps({ inside: core, width, height });
  const cytoplasm = cell.area - (nucleus?.area ?? 0);
  return {
    cell,
    nucleus,
    nucleusToCytoplasm: nucleus && cytoplasm > 0 ? nucleus.area / cytoplasm : null,
    lobes: nucleus ? lobesOf(core, width, height, nucleus) : 0,
  };
}

/** Parts narrower than this share of the nucleus's equivalent diameter are bumps of its outline, no lobes. */
const LEAST_LOBE = 0.13;
/** A part apart from the rest counts from this share of the nucleus's area on; smaller ones are granules. */
const LEAST_AREA = 0.04;

/** Watershed on the distance to the nucleus's border (domain/split.ts). */
function lobesOf(core: Uint8Array, width: number, height: number, { area, equivalentDiameter }: RegionProps): number {
  const { labels, count } = components(core, width, height);
  const parts = splitRegions(labels, count, width, height, equivalentDiameter * LEAST_LOBE);
  const areas = new Map<number, number>();
  for (const label of parts.labels) if (label) areas.set(label, (areas.get(label) ?? 0) + 1);
  return Math.max(1, [...areas.values()].filter((own) => own >= LEAST_AREA * area).length);
}

/** Mean sRGB values, 0 to 255. */
export type Rgb = [number, number, number];

export interface CellColours {
  nucleus: Rgb | null;
  cytoplasm: Rgb | null;
}

/** Mean colours under a mask; `rgba` are the px of the cell's box. */
export function cellColours(mask: Mask, rgba: ArrayLike<number>): CellColours {
  const classes = decodeMask(mask);
  const mean = (part: number): Rgb | null => {
    const sum: Rgb = [0, 0, 0];
    let n = 0;
    classes.forEach((value, i) => {
      if (value !== part) return;
      n++;
      for (const k of [0, 1, 2] as const) sum[k] += rgba[4 * i + k] ?? 0;
    });
    return n === 0 ? null : [sum[0] / n, sum[1] / n, sum[2] / n];
  };
  return { nucleus: mean(NUCLEUS), cytoplasm: mean(CYTOPLASM) };
}
