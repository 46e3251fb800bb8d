/** A session -> one self-contained page to read and to print: the count, the cells, the changes, how it was made. */
import { CALL_TYPES, TYPE_NAMES } from '../domain/cellType';
import { isCounted } from '../domain/differential';
import { TYPE_COLORS } from '../domain/palette';
import { plural } from '../domain/plural';
import { isUnseen } from '../domain/review/cells';
import { shareText, wbcText } from '../domain/review/count';
import { slideTitle } from '../domain/review/history';
import { sinceSignedText } from '../domain/review/signed';
import type { ModelIdentity } from '../domain/smear';
import { changesOf } from './changes';
import { changedSince, countOf, slidesOf, wbcOf } from './counts';
import { escapeHtml, table } from './html';
import { type AnalysedImage, analysedOf, type ExportImage, type ExportSession, isAnalysed, NOTICE } from './input';
import { notAnalysedTexts } from './notAnalysed';
import { measures } from './reportMeasures';
import { secondReading } from './reportReaders';

/** Pictures in the report; the table and the other files have the rest. */
const MOST_PICTURES = 2000;

/** A moment as people write it, in the zone of the computer that the report is made on, which is named: '23 Nov 2026, 09:00 CET'. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const date = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  return at.toLocaleString('en-GB', { ...date, ...time });
}

/** '57', or '55 + 2 cut by a border' where such cells are not counted. */
function countedText(cells: readonly { touchesBorder?: boolean }[], { countBorder }: ExportSession): string {
  const counted = cells.filter((cell) => isCounted(cell, countBorder)).length;
  return counted === cells.length ? `${counted}` : `${counted} + ${cells.length - counted} cut by a border`;
}

/** The count of one slide, or of the whole session (slide null), which is signed slide by slide. */
function countSection(session: ExportSession, slide: string | null, title: string): string {
  const result = countOf(session, slide);
  const { rows, base, total, reviewed, unidentified, beside, others } = result;
  const wbc = wbcOf(session, slide);
  const absolute = wbc !== null && rows.some((row) => row.absolute);
  const signature = session.signatures.find((entry) => entry.slide === slide);
  const since = signature && changedSince(session, signature);
  const body = rows.map((row) => [
    TYPE_NAMES[row.type],
    row.count,
    row.reviewed,
    shareText(row, base),
    ...(absolute && row.absolute
      ? [
          `${row.absolute.value.toFixed(2)} (${row.absolute.interval.low.toFixed(2)} to ${row.absolute.interval.high.toFixed(2)})`,
        ]
      : []),
  ]);
  if (base > 0) {
    const reviewedOf = rows.reduce((sum, row) => sum + row.reviewed, 0);
    body.push(['All of them', base, reviewedOf, '100 %', ...(absolute ? [`${wbc}`] : [])]);
  }
  const besides = [
    ...beside.map(({ type, count, perHundred }) => [
      TYPE_NAMES[type],
      count,
      perHundred === null ? '\u2013' : `${perHundred.toFixed(1)} per 100 white cells`,
    ]),
    ...others.map(({ type, count }) => [TYPE_NAMES[type], count, 'not in the differential']),
  ];
  return `<section><h3>${escapeHtml(title)}</h3>
<p>${plural(base, 'white cell')} typed; ${reviewed} of ${plural(total, 'cell')} reviewed by a person, ${total - reviewed} not; ${unidentified} unidentified. ${
    signature
      ? `${since ? '<strong>Another count than this one</strong> was signed' : 'Signed'} off${signature.who ? ` by ${escapeHtml(signature.who)}` : ''} on ${escapeHtml(timeText(signature.at))}${signature.unreviewed ? `, ${plural(signature.unreviewed, 'cell')} accepted as the model typed ${signature.unreviewed === 1 ? 'it' : 'them'}` : ''}.`
      : slide === null
        ? ''
        : '<strong>Not signed off.</strong>'
  }</p>
${table(['Type', 'Count', 'Reviewed', 'Share (95 % interval)', ...(absolute ? ['10⁹/l'] : [])], body)}
${absolute ? `<p>${escapeHtml(wbcText(wbc, result))}</p>` : ''}${table(['Beside it', 'Count', ''], besides)}${
  since
    ? `<p class="notice">${escapeHtml(sinceSignedText(since))}</p>${table(
        ['Type', 'Signed', 'Counted here'],
        since.counts.map(({ type, signed, now }) => [TYPE_NAMES[type], signed, now]),
      )}`
    : ''
}</section>`;
}

/** One section for each slide, and after several, which may be of several patients, the whole; a single slide is the whole. */
function countSections(session: ExportSession): string {
  const slides = slidesOf(session);
  const [only = null] = slides;
  if (slides.length < 2) return countSection(session, only, only ? slideTitle(only) : 'The whole session');
  const each = slides.map((slide) => countSection(session, slide, slideTitle(slide)));
  return [...each, countSection(session, null, `All ${slides.length} slides together`)].join('');
}

/** An image in the list of them, with what is to be known of it. */
function nameText(image: ExportImage): string {
  const page = image.pages === undefined ? '' : `, page ${image.page} of ${image.pages}`;
  const grey = isAnalysed(image) && image.colourless ? ' (greyscale: its types are not to be trusted)' : '';
  return `${image.file}${page}${grey}`;
}

const base64 = (bytes: Uint8Array) => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
};

function gallery(session: ExportSession): string {
  const all = analysedOf(session).flatMap((image) => image.cells.map((cell) => ({ image, cell })));
  // Each image numbers its own cells.
  const several = new Set(all.map(({ image }) => image)).size > 1;
  const named = ({ file }: AnalysedImage) => (several ? `${escapeHtml(file)}, ` : '');
  let left = MOST_PICTURES;
  const sections = CALL_TYPES.map((type) => {
    const own = all.filter(({ cell }) => cell.type === type);
    const shown = own.filter(({ image, cell }) => image.pictures[cell.id]?.thumb).slice(0, left);
    left -= shown.length;
    if (own.length === 0) return '';
    const pictures = shown.map(({ image, cell }) => {
      const thumb = image.pictures[cell.id]?.thumb as Uint8Array;
      const about = `${image.file}, cell ${cell.id}, ${cell.by === 'person' ? 'reviewed' : 'the model\u2019s type'}`;
      return `<figure><img width="72" height="72" alt="${escapeHtml(about)}" title="${escapeHtml(about)}" src="data:image/jpeg;base64,${base64(thumb)}"><figcaption>${named(image)}${cell.id}${cell.by === 'person' ? ' ✓' : ''}</figcaption></figure>`;
    });
    const more = own.length - shown.length;
    return `<h3><i style="background:${TYPE_COLORS[type]}"></i>${TYPE_NAMES[type]} (${countedText(
      own.map(({ cell }) => cell),
      session,
    )})</h3><div class="gallery">${pictures.join('')}</div>${more > 0 ? `<p>${more} without a picture here.</p>` : ''}`;
  });
  return sections.join('');
}

/** Of the cells that people decided about, what the model had said. */
function changes(session: ExportSession): string {
  const counts = new Map<string, number>();
  let confirmed = 0;
  for (const { cells } of analysedOf(session)) {
    for (const cell of cells) {
      const { by, type, modelCall } = cell;
      if (by === 'model' || isUnseen(cell)) continue;
      if (type === modelCall) confirmed++;
      else counts.set(`${modelCall}/${type}`, (counts.get(`${modelCall}/${type}`) ?? 0) + 1);
    }
  }
  const rows = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([pair, n]) => {
      const [from, to] = pair.split('/') as [keyof typeof TYPE_NAMES, keyof typeof TYPE_NAMES];
      return [TYPE_NAMES[from], TYPE_NAMES[to], n];
    });
  const { added, deleted, redrawn, imported, splits, merges, undone } = changesOf(session);
  const done = [
    `${plural(added, 'cell')} added`,
    ...(imported > 0 ? [`${plural(imported, 'cell')} taken from annotations`] : []),
    `${plural(deleted, 'cell')} deleted`,
    plural(splits, 'split'),
    plural(merges, 'merge'),
    `${plural(redrawn, 'outline')} changed`,
  ];
  return `<p>${plural(confirmed, 'call')} of the model confirmed. ${done.join(', ')}; ${plural(undone, 'step')} undone. The log has ${plural(session.state.events.length, 'event')}.</p>${rows.length > 0 ? table(['The model said', 'A person says', 'Cells'], rows) : ''}`;
}

const STYLE = `
:root{color-scheme:light}body{max-width:920px;margin:0 auto;padding:24px;font:14px/1.45 system-ui,"Segoe UI",Roboto,sans-serif;color:#181b20;background:#fff}
h1{font-size:22px;margin:0}h2{font-size:17px;margin:26px 0 8px;padding-bottom:4px;border-bottom:1px solid #d3d7dd}h3{font-size:14px;margin:14px 0 6px}
h3 i{display:inline-block;width:11px;height:11px;margin-right:6px;border:1px solid #22262d;print-color-adjust:exact}
.notice{padding:7px 11px;font-weight:600;background:#fdf1d8;border:1px solid #e2c98b;border-radius:6px}
table{width:100%;margin:6px 0;border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;color:#525a66}
th,td{padding:3px 8px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid #e3e6ea}td{overflow-wrap:anywhere}td:first-child{min-width:7.6em}
.gallery{display:flex;flex-wrap:wrap;gap:5px}figure{width:72px;margin:0;font-size:10px;text-align:center;overflow-wrap:anywhere}figure img{display:block;border-radius:4px}
footer{margin-top:26px;font-size:12px;color:#525a66}code{font-size:11px;overflow-wrap:anywhere}
@media print{body{max-width:none;padding:0;font-size:11px}h2,h3{break-after:avoid}tr,figure,section{break-inside:avoid}@page{margin:14mm}}`;

/** What made the analyses; each with its images where several did. */
function modelsOf(session: ExportSession): string {
  const named = (model: ModelIdentity | null) =>
    model ? `${model.name} ${model.version}, weights ${model.hash}` : 'none loaded';
  const images = new Map<string, number>();
  for (const { analysis } of analysedOf(session)) {
    const text = named(analysis.model ?? session.model);
    images.set(text, (images.get(text) ?? 0) + 1);
  }
  if (images.size <= 1) return [...images.keys()][0] ?? named(session.model);
  return [...images].map(([text, n]) => `${text}: ${plural(n, 'image')}`).join('; ');
}

export function report(session: ExportSession): string {
  const { app, images, environment, saved, leftOut } = session;
  const analysed = analysedOf(session);
  const wide = session.widen
    ? ' They are widened by the classifier’s own uncertainty: the effective sample is smaller in the ratio in which the variance of the typing, the sum of p(1 − p) over the cells that only the model typed, adds to that of the sampling.'
    : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Leukolens report</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"><style>${STYLE}</style></head><body>
<h1>Differential count of ${plural(analysed.length, 'image')}</h1>
<p>${escapeHtml(app.name)} ${escapeHtml(app.version)}, ${escapeHtml(timeText(saved))}</p><p class="notice">${NOTICE}</p>
<h2>Count</h2><p>Shares are of the white cells that have a type, with exact 95 % intervals after Clopper and Pearson.${wide}</p>
${countSections(session)}
<h2>Changes from the model to people</h2>${changes(session)}
${secondReading(session)}<h2>Measures by type</h2>${measures(session)}
<h2>Cells</h2>${gallery(session)}
<h2>Images</h2>${table(
    ['File', 'Slide', 'Signed off', 'Cells', 'Scale', 'SHA-256'],
    images.map((image) => [
      nameText(image),
      image.slide,
      isAnalysed(image) && image.signed ? 'yes' : 'no',
      isAnalysed(image) ? countedText(image.cells, session) : `no result: ${image.error.message}`,
      isAnalysed(image) && image.scale
        ? `${Number(image.scale.umPerPx.toPrecision(5))} µm a px, ${image.scale.source}`
        : 'none: measures in px',
      image.sha256 || 'not known',
    ]),
  )}
<h2>How it was made</h2>${table(
    ['', ''],
    [
      ['Program', `${app.name} ${app.version}`],
      ['Model', modelsOf(session)],
      ['Analysed on', [...new Set(analysed.map(({ analysis }) => analysis.backend))].join(', ')],
      ...Object.entries(environment),
    ],
  )}
<h2>Limits</h2><ul><li>The model’s types are suggestions; ✓ marks the cells that a person decided about.</li>
<li>Intervals are about sampling: they do not know of errors that a reviewer did not see, nor of cells that were never found.</li>
${session.countBorder ? '' : '<li>Cells cut by an image’s border are left out of the count.</li>'}<li>Outlines are of the image’s own px; measures in µm are as right as the scale.</li>${[...notAnalysedTexts(session), ...leftOut].map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>
<footer>${NOTICE} Nothing was uploaded: the analysis ran on the computer it was made on.</footer></body></html>
`;
}
