/** The report's section on the second reading: who read, how far the two agree, and where they do not. */
import { TYPE_NAMES } from '../domain/cellType';
import { plural } from '../domain/plural';
import { aboutReadings, type Pair, readingsOf } from '../domain/review/agreement';
import { firstReaders, secondReaders } from '../domain/review/readers';
import { kappaIntervalText } from '../domain/statistics/kappa';
import { escapeHtml, table } from './html';
import { analysedOf, type ExportSession } from './input';

/** Disagreements by pair of types, most first. */
function differing(pairs: readonly Pair[]): [string, string, number][] {
  const counts = new Map<string, [string, string, number]>();
  for (const { first, second } of pairs) {
    if (first === second) continue;
    const row = counts.get(`${first}/${second}`) ?? [TYPE_NAMES[first], TYPE_NAMES[second], 0];
    row[2]++;
    counts.set(`${first}/${second}`, row);
  }
  return [...counts.values()].sort((a, b) => b[2] - a[2]);
}

/** Empty where there was no second reading. */
export function secondReading(session: ExportSession): string {
  const { events } = session.state;
  const readings = readingsOf(
    analysedOf(session).flatMap((image) => image.cells.map((cell) => ({ image, cell }))),
    events,
  );
  const { read, both, n, agreed, kappa } = readings;
  if (read.length === 0) return '';
  const names = secondReaders(events);
  const again = firstReaders(events).filter((name) => names.includes(name));
  const sentences = [
    names.length > 0
      ? `Read second by ${names.join(', ')}, without the first reader’s types or the model’s.`
      : 'The second reader gave no name.',
    n === 0
      ? 'No cell has been read twice.'
      : `${plural(n, 'cell')} read twice, ${agreed} alike (${((100 * agreed) / n).toFixed(1)} %).`,
    ...(n === 0
      ? []
      : [
          kappa === null
            ? 'Cohen’s kappa has no value: both gave every cell one type.'
            : `Cohen’s kappa ${kappa.toFixed(3)} (${kappaIntervalText(readings)}).`,
        ]),
    ...aboutReadings(readings),
    ...again.map((name) => `${name} gave types in the first reading too: so far the agreement is that of one reader.`),
  ];
  const rows = differing(both.map(({ pair }) => pair));
  return `<h2>Second reading</h2><p>${escapeHtml(sentences.join(' '))}</p>${
    rows.length > 0
      ? table(
          ['First reader', 'Second reader', 'Cells'],
          rows,
          'Where they differed; what is counted is the first reader’s type as it stands.',
        )
      : ''
  }`;
}
