/** A small session with every kind of decision in it, for tests and for the outside referees (scripts/referees). */
import type { DetectedCell } from '../domain/cell';
import { CELL_TYPES } from '../domain/cellType';
import { differential } from '../domain/differential';
import { encodeMask, maskAreas } from '../domain/mask';
import { nextCellId, reviewCells } from '../domain/review/cells';
import * as edits from '../domain/review/edits';
import { EMPTY_HISTORY, type History, record, signatureOf, undoEvent } from '../domain/review/history';
import { cut, union } from '../domain/review/shape';
import type { ExportSession, SessionImage } from './input';

/** Numbers in [0, 1) that are the same every time (mulberry32). */
function randomiser(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A cell with a wavy border, now and then with a hole or a second piece, and a nucleus of one to three lobes. */
function cellAt(id: number, cx: number, cy: number, radius: number, random: () => number): DetectedCell {
  const [waves, depth, phase] = [2 + Math.floor(5 * random()), 0.25 * random(), 6.3 * random()];
  const [holed, apart] = [random() < 0.25, random() < 0.2];
  const side = Math.ceil(2.7 * radius);
  const [x0, y0] = [Math.round(cx - side / 2), Math.round(cy - side / 2)];
  const lobes = 1 + Math.floor(3 * random());
  const px = Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2];
    const reach = radius * (1 - depth * (0.5 + 0.5 * Math.sin(waves * Math.atan2(y, x) + phase)));
    if (holed && Math.hypot(x - 0.6 * radius, y) < 2) return 0;
    if (apart && Math.hypot(x - 1.2 * radius, y + 1.2 * radius) < 2) return 1;
    for (let k = 0; k < lobes; k++) {
      const angle = (2 * Math.PI * k) / lobes + phase;
      const off = lobes === 1 ? 0 : 0.38 * radius;
      if (Math.hypot(x - off * Math.cos(angle), y - off * Math.sin(angle)) < 0.25 * radius) return 2;
    }
    return Math.hypot(x, y) <= reach ? 1 : 0;
  });
  const [full, bounds] = [px, { left: side, top: side, right: 0, bottom: 0 }];
  full.forEach((value, i) => {
    if (!value) return;
    const [x, y] = [i % side, Math.floor(i / side)];
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x + 1);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y + 1);
  });
  const [w, h] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
  const classes = Uint8Array.from(
    { length: w * h },
    (_, i) => full[(bounds.top + Math.floor(i / w)) * side + bounds.left + (i % w)] ?? 0,
  );
  const mask = encodeMask(classes, w, h);
  const raw = CELL_TYPES.map(() => random() ** 4 + 1e-3);
  const sum = raw.reduce((a, b) => a + b, 0);
  const probabilities = raw.map((value) => value / sum);
  const confidence = Math.max(...probabilities);
  const modelType = CELL_TYPES[probabilities.indexOf(confidence)] ?? 'platelet';
  const [left, top] = [x0 + bounds.left, y0 + bounds.top];
  return {
    id,
    box: { x0: left, y0: top, x1: left + w, y1: top + h },
    mask,
    probabilities,
    modelType,
    type: confidence < 0.4 ? 'unidentified' : modelType,
    confidence,
    consistency: id % 4 === 0 ? Number.NaN : random(),
    novelty: random(),
    attributes: [{ name: 'granularity', value: id % 2 ? 'yes' : 'no', probability: 0.9, share: id % 3 ? 0.5 : null }],
    areas: maskAreas(mask),
    crop: { x0: cx - side, y0: cy - side, x1: cx + side, y1: cy + side },
  };
}

/** Images of cells on a grid; names that are trouble to tables, pages and file systems. */
export function exampleImages(seed = 1): SessionImage[] {
  const random = randomiser(seed);
  const names = ['field 1.png', '=HYPERLINK("http://x","y").jpg', '<b onclick=alert(1)>"field", 3</b>.png'];
  const analysed = names.map((name, i): SessionImage => {
    const [width, height] = [260 + 40 * i, 210];
    const cells = Array.from({ length: 12 }, (_, k) => {
      const [column, row] = [k % 4, Math.floor(k / 4)];
      return cellAt(k + 1, 35 + 63 * column, 35 + 68 * row, 13 + 8 * random(), random);
    });
    return {
      ...{ id: `0000000${i}-0000-4000-8000-000000000000`, name, path: `set/${name}`, size: 1000 + i, ms: 12.5 },
      ...{ status: 'done', error: null, sha256: `${i}`.repeat(64) },
      analysis: { width, height, cells, backend: 'wasm', timings: { decode: 1.5 } },
    };
  });
  const error = { code: 'not-an-image', message: 'This is no image.', remedy: 'Open a photograph.' } as const;
  const failed = { id: 'bad', name: 'notes.png', path: 'notes.png', size: 4, ms: 0, status: 'failed', analysis: null };
  return [...analysed, { ...failed, error }];
}

/** Every kind of event, on the images above. */
export function exampleHistory(images: readonly SessionImage[]): History {
  const at = new Date(Date.UTC(2026, 10, 23, 8));
  let now = EMPTY_HISTORY;
  const [a, b] = images as [SessionImage, SessionImage];
  const on = ({ id, analysis }: SessionImage) =>
    analysis ? reviewCells(analysis.cells, now.state.images[id], analysis) : [];
  const placed = (image: SessionImage, id: number) =>
    on(image)
      .filter((cell) => cell.id === id)
      .map((cell) => ({ image: image.id, cell }));
  const fresh = (image: SessionImage) => nextCellId(image.analysis?.cells ?? [], now.state.images[image.id]);
  const act = (event: Parameters<typeof record>[1], who = 'Ada <ada>') => {
    now = record(now, event, who, at);
  };
  act(edits.reclassify(now.state, placed(a, 1), 'blast'));
  act(edits.confirm(now.state, [...placed(a, 2), ...placed(a, 3)]));
  act(edits.deleteCells(placed(a, 4)));
  act(edits.remake('split', placed(a, 5), cut(on(a)[3] as never), fresh(a), { width: 260, height: 210 }));
  const [one, two] = [...placed(a, 6), ...placed(a, 7)];
  if (one && two)
    act(
      edits.remake('merge', [one, two], [union([one.cell, two.cell]) as never], fresh(a), { width: 260, height: 210 }),
    );
  act(edits.reclassify(now.state, placed(b, 1), 'smudge'));
  act(edits.readAgain(now.state, [...placed(b, 2), ...placed(b, 3)], 'lymphocyte'), 'Bo');
  act(edits.groupImages(now.state, [a.id], '=slide, "one"'));
  act(edits.setScale(now.state, [a.id], { umPerPx: 0.108, source: 'typed' }));
  act(edits.setWbc(now.state, '=slide, "one"', 6.2));
  const last = undoEvent(now);
  if (last) act(last);
  const open = on(a).filter(({ type }) => type === 'unidentified');
  if (open.length > 0)
    act(
      edits.reclassify(
        now.state,
        open.map((cell) => ({ image: a.id, cell })),
        'not_a_cell',
      ),
    );
  const { counts } = differential(on(a));
  const seen = Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
  act({ kind: 'sign', slide: '=slide, "one"', images: [a.id], counts: seen, unreviewed: 2 });
  return now;
}

export function exampleSession(seed = 1): ExportSession {
  const images = exampleImages(seed);
  const history = exampleHistory(images);
  return {
    app: { name: 'Leukolens', version: '0.1.0' },
    model: { name: 'sg-cldff', version: '1.0.0', hash: '0123456789ab' },
    environment: { Backend: 'wasm', Browser: 'none' },
    saved: '2026-11-23T08:00:00.000Z',
    widen: false,
    countBorder: true,
    images: images.map(({ id, path, size, sha256, ms, analysis, error }) => {
      const slide = history.state.images[id]?.slide ?? '';
      const common = { id, file: path, size, sha256: String(sha256 ?? ''), slide };
      if (!analysis) return { ...common, error: error as never };
      const { width, height, backend } = analysis;
      return {
        ...{ ...common, ms, analysis: { width, height, backend }, pictures: {} },
        cells: reviewCells(analysis.cells, history.state.images[id], analysis),
        scale: history.state.images[id]?.scale ?? null,
        signed: signatureOf(history.state, id) !== undefined,
      };
    }),
    wbc: {},
    signatures: history.state.signatures,
    state: { images, events: history.log },
    photographs: {},
    leftOut: [],
  };
}
