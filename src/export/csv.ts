/** A session's cells -> one table, RFC 4180; nothing in it is a formula to a spreadsheet. */
import Papa from 'papaparse';
import { CELL_TYPES } from '../domain/cellType';
import { isBoxOnly, isUnseen, standingProbability } from '../domain/review/cells';
import { namesByCell } from '../domain/review/readers';
import { type AnalysedImage, analysedOf, type ExportSession } from './input';
import { measuresResult } from './results';
import { RFC_4180 } from './table';

type Row = Record<string, string | number>;

const fixed = (value: number | null | undefined, digits = 4) =>
  value == null || !Number.isFinite(value) ? '' : Number(value.toFixed(digits));

function rowsOf(image: AnalysedImage, names: ReturnType<typeof namesByCell>): Row[] {
  return image.cells.map((cell): Row => {
    const measures = measuresResult(image, cell);
    const unseen = isUnseen(cell);
    const who = names.get(`${image.id}/${cell.id}`);
    const colour = (of: number[] | null | undefined, channel: number) => fixed(of?.[channel], 1);
    return {
      image: image.file,
      slide: image.slide,
      cell: cell.id,
      type: cell.type,
      by: cell.by,
      model_type: unseen ? '' : cell.modelType,
      model_call: unseen ? '' : cell.modelCall,
      second_reader: cell.second ?? '',
      origin: cell.origin,
      cut_by_border: cell.touchesBorder ? 'yes' : 'no',
      redrawn: cell.redrawn ? 'yes' : 'no',
      signed: image.signed ? 'yes' : 'no',
      confidence: unseen ? '' : fixed(cell.confidence),
      consistency: fixed(cell.consistency),
      novelty: fixed(cell.novelty),
      x0: cell.box.x0,
      y0: cell.box.y0,
      x1: cell.box.x1,
      y1: cell.box.y1,
      cell_area_px: isBoxOnly(cell) ? '' : cell.areas.cell,
      nucleus_area_px: isBoxOnly(cell) ? '' : cell.areas.nucleus,
      um_per_px: fixed(image.scale?.umPerPx, 6),
      scale_source: image.scale?.source ?? '',
      cell_area_um2: fixed(measures?.um?.cellArea),
      nucleus_area_um2: fixed(measures?.um?.nucleusArea),
      equivalent_diameter_um: fixed(measures?.um?.equivalentDiameter),
      equivalent_diameter_px: fixed(measures?.equivalentDiameter),
      perimeter_px: fixed(measures?.perimeter),
      circularity: fixed(measures?.circularity),
      solidity: fixed(measures?.solidity),
      eccentricity: fixed(measures?.eccentricity),
      nucleus_to_cytoplasm: fixed(measures?.nucleusToCytoplasm),
      nucleus_circularity: fixed(measures?.nucleusCircularity),
      nucleus_solidity: fixed(measures?.nucleusSolidity),
      nucleus_lobes: measures?.lobes ?? '',
      ...Object.fromEntries(
        (['nucleus', 'cytoplasm'] as const).flatMap((part) =>
          ['red', 'green', 'blue'].map((name, k) => [`${part}_${name}`, colour(measures?.[`${part}Colour`], k)]),
        ),
      ),
      ...Object.fromEntries(CELL_TYPES.map((type, i) => [`p_${type}`, unseen ? '' : fixed(cell.probabilities[i], 6)])),
      words: cell.attributes.map(({ name, value }) => `${name}: ${value}`).join('; '),
      // New columns come last: some programs read them by their place.
      type_probability: fixed(standingProbability(cell), 6),
      page: image.page ?? '',
      pages: image.pages ?? '',
      by_name: cell.by === 'person' ? (who?.call ?? '') : '',
      second_reader_name: cell.second ? (who?.second ?? '') : '',
    };
  });
}

/** Lines end in CRLF; text that starts like a formula gets an apostrophe before it. Numbers are written with a point. */
export function csv(session: ExportSession): string {
  const names = namesByCell(session.state.events);
  const rows = analysedOf(session).flatMap((image) => rowsOf(image, names));
  const columns = rows.length > 0 ? Object.keys(rows[0] as Row) : ['image', 'slide', 'cell', 'type', 'by'];
  return `${Papa.unparse({ fields: columns, data: rows }, RFC_4180)}\r\n`;
}
