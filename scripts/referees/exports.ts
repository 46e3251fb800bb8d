// Writes the example session's exports, and plain truth beside them, for the outside referees. Run by scripts/test-referees.mjs.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cellMeasures } from '../../src/domain/measure/cellMeasures';
import { clopperPearson } from '../../src/domain/statistics/interval';
import { exampleSession } from '../../src/export/example.fixture';
import { FORMATS, files } from '../../src/export/files';
import { analysedOf } from '../../src/export/input';
import { labelMaps } from '../../src/export/labelMaps';
import { imageNames } from '../../src/export/results';

const out = process.argv[2] as string;
const put = (name: string, content: string | Uint8Array) => {
  mkdirSync(path.dirname(path.join(out, name)), { recursive: true });
  writeFileSync(path.join(out, name), content);
};

const session = exampleSession();
for await (const { path: name, bytes } of files(session, FORMATS)) put(name, bytes);

// What the referees hold the files to: each cell's px as text, its measures, and intervals.
const names = imageNames(session);
const truth = {
  images: analysedOf(session).map(({ id, file, analysis: { width, height }, cells }) => ({
    file,
    name: names.get(id),
    width,
    height,
    cells: cells.map((cell) => ({
      id: cell.id,
      type: cell.type,
      px: Array.from(labelMaps(width, height, [cell]).classes).join(''),
      measures: cellMeasures(cell.mask),
    })),
  })),
  intervals: [1, 7, 50, 100, 200, 400, 3000].flatMap((n) =>
    [0, 1, Math.floor(n / 3), n - 1, n].map((x) => ({ x, n, ...clopperPearson(x, n) })),
  ),
};
put('truth.json', JSON.stringify(truth));
