/** A session's counts -> one table, a row for each type on each slide: what goes into a spreadsheet or a laboratory's own system. */
import Papa from 'papaparse';
import { changedSince, countOf, slidesOf } from './counts';
import { analysedOf, type ExportSession } from './input';
import { RFC_4180 } from './table';

const COLUMNS = [
  'slide',
  'slides',
  'images',
  'type',
  'counted_as',
  'count',
  'reviewed',
  'white_cells',
  'share_percent',
  'low_percent',
  'high_percent',
  'per_100_white_cells',
  'absolute_1e9_per_l',
  'absolute_low',
  'absolute_high',
  'signed_by',
  'signed_at',
  'signed_as_counted',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string | number>>;

const fixed = (value: number | null | undefined, digits: number) =>
  value == null ? '' : Number(value.toFixed(digits));
const percent = (share: number | null | undefined) => fixed(share == null ? null : 100 * share, 4);

/** Of one slide, or of all together (null). */
function rowsOf(session: ExportSession, slide: string | null): Row[] {
  const { rows, base, beside, others, unidentified } = countOf(session, slide);
  const images = analysedOf(session).filter((image) => slide === null || image.slide === slide).length;
  const signature = session.signatures.find((entry) => entry.slide === slide);
  const common = {
    ...{ slide: slide ?? '', slides: slide === null ? slidesOf(session).length : 1, images, white_cells: base },
    ...(signature && {
      ...{ signed_by: signature.who, signed_at: signature.at },
      signed_as_counted: changedSince(session, signature) === null ? 'yes' : 'no',
    }),
  };
  return [
    ...rows.map(({ type, count, reviewed, share, interval, absolute }) => ({
      ...common,
      ...{ type, count, reviewed, counted_as: 'white cell', share_percent: percent(share) },
      ...{ low_percent: percent(interval?.low), high_percent: percent(interval?.high) },
      absolute_1e9_per_l: fixed(absolute?.value, 4),
      absolute_low: fixed(absolute?.interval.low, 4),
      absolute_high: fixed(absolute?.interval.high, 4),
    })),
    ...beside.map(({ type, count, perHundred }) => ({
      ...common,
      ...{ type, count, counted_as: 'beside', per_100_white_cells: fixed(perHundred, 4) },
    })),
    ...[{ type: 'unidentified', count: unidentified }, ...others].map(({ type, count }) => ({
      ...common,
      type,
      count,
      counted_as: 'not counted',
    })),
  ];
}

/** RFC 4180, as cells.csv; after several slides come the rows of all together, whose `slides` is more than 1. */
export function differentialCsv(session: ExportSession): string {
  const slides = slidesOf(session);
  const data = [...slides, ...(slides.length > 1 ? [null] : [])].flatMap((slide) => rowsOf(session, slide));
  return `${Papa.unparse({ fields: [...COLUMNS], data }, RFC_4180)}\r\n`;
}
