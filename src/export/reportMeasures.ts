/** The report's measures: median and quartiles by type, areas only over cells whose areas can be compared. */
import { CALL_TYPES, TYPE_NAMES } from '../domain/cellType';
import { isCounted } from '../domain/differential';
import { plural } from '../domain/plural';
import { measuresOf } from '../domain/review/cells';
import { quantile } from '../domain/statistics/quantile';
import { table } from './html';
import { type AnalysedImage, analysedOf, type ExportSession } from './input';

interface Measured {
  image: AnalysedImage;
  type: AnalysedImage['cells'][number]['type'];
  measured: ReturnType<typeof measuresOf>;
}

/** What areas are given in, over which cells, and what a reader must know of that. */
function areasOf(cells: readonly Measured[]): {
  unit: string;
  area(px: number, image: AnalysedImage): number | null;
  said: string;
} {
  const without = cells.filter(({ image }) => !image.scale).length;
  if (without < cells.length) {
    return {
      unit: 'µm²',
      area: (px, { scale }) => scale && px * scale.umPerPx ** 2,
      said:
        without > 0
          ? ` Areas are over images with a scale: ${plural(without, 'cell')} of images without one ${without === 1 ? 'is' : 'are'} left out of them.`
          : '',
    };
  }
  const sizes = new Set(cells.map(({ image: { analysis } }) => `${analysis.width}/${analysis.height}`));
  return {
    unit: 'px',
    area: (px) => px,
    // One camera at one magnification makes images of one size.
    said:
      sizes.size > 1
        ? ' No image has a scale, and images of different size or magnification are mixed: areas in px cannot be compared between them; N:C, circularity, solidity and lobes can.'
        : '',
  };
}

/** Median and quartiles of what was measured, by type. */
export function measures(session: ExportSession): string {
  const cells = analysedOf(session).flatMap((image) =>
    image.cells
      .filter((cell) => isCounted(cell, session.countBorder))
      .map((cell): Measured => ({ image, type: cell.type, measured: measuresOf(cell) })),
  );
  const { unit, area, said } = areasOf(cells);
  const rows = CALL_TYPES.flatMap((type) => {
    const own = cells.filter((cell) => cell.type === type);
    if (own.length === 0) return [];
    const of = (value: (entry: Measured) => number | null | undefined, digits: number) => {
      const values = own.map(value).filter((v): v is number => v != null && Number.isFinite(v));
      values.sort((a, b) => a - b);
      const at = (q: number) => quantile(values, q).toFixed(digits);
      return values.length === 0 ? '\u2013' : `${at(0.5)} (${at(0.25)} to ${at(0.75)})`;
    };
    return [
      [
        TYPE_NAMES[type],
        own.length,
        of(({ image, measured }) => measured && area(measured.cell.area, image), 1),
        of(({ image, measured }) => measured?.nucleus && area(measured.nucleus.area, image), 1),
        of(({ measured }) => measured?.nucleusToCytoplasm, 2),
        of(({ measured }) => measured?.cell.circularity, 2),
        of(({ measured }) => measured?.cell.solidity, 2),
        of(({ measured }) => (measured?.nucleus ? measured.lobes : null), 1),
      ],
    ];
  });
  const head = [
    'Type',
    'Cells',
    `Cell area, ${unit}`,
    `Nucleus area, ${unit}`,
    'N:C area',
    'Circularity',
    'Solidity',
    'Lobes',
  ];
  const cut = session.countBorder ? '' : ' Cells cut by a border are left out.';
  return table(
    head,
    rows,
    `Median (first to third quartile). Definitions as in scikit-image’s regionprops.${cut}${said}`,
  );
}
