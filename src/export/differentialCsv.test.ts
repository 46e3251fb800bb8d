import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { csv } from './csv';
import { differentialCsv } from './differentialCsv';
import { exampleSession } from './example.fixture';
import { analysedOf, type ExportSession } from './input';
import { results } from './results';

const read = (session: ExportSession) =>
  Papa.parse<Record<string, string>>(differentialCsv(session), { header: true, skipEmptyLines: true }).data;
const figure = (text: string | undefined) => (text ? Number(text) : null);

test('every slide and all together have the counts, shares and intervals of results.json', () => {
  const session = { ...exampleSession(), wbc: { '': 5.5 } };
  const rows = read(session);
  const expected = results(session).differentials;
  expect(expected.map(({ slide }) => slide)).toEqual([null, '=slide, "one"', '']);
  for (const { slide, base, types, beside, unidentified, erythroblasts, signature } of expected) {
    // Text that starts like a formula has an apostrophe before it.
    const written = slide?.startsWith('=') ? `'${slide}` : (slide ?? '');
    const own = rows.filter((row) =>
      slide === null ? row.slides === '2' : row.slides === '1' && row.slide === written,
    );
    const of = (type: string) => own.find((row) => row.type === type);
    for (const { type, count, share, low, high, absolute } of types) {
      const row = of(type);
      expect(row).toMatchObject({ counted_as: 'white cell', count: `${count}`, white_cells: `${base}` });
      expect(figure(row?.share_percent)).toBeCloseTo(100 * share!, 3);
      expect(figure(row?.low_percent)).toBeCloseTo(100 * low!, 3);
      expect(figure(row?.high_percent)).toBeCloseTo(100 * high!, 3);
      if (absolute === null) expect(row?.absolute_1e9_per_l).toBe('');
      else expect(figure(row?.absolute_1e9_per_l)).toBeCloseTo(absolute, 3);
    }
    for (const { type, count } of beside) expect(of(type)?.count).toBe(`${count}`);
    expect(of('unidentified')).toMatchObject({
      count: `${unidentified}`,
      counted_as: 'not counted',
      share_percent: '',
    });
    expect(figure(of('erythroblast')?.per_100_white_cells)).toBeCloseTo(erythroblasts!, 3);
    expect(own.every((row) => row.signed_by === (signature?.by ?? ''))).toBe(true);
    // Nothing is in two rows, and nothing is missing.
    expect(new Set(own.map(({ type }) => type)).size).toBe(own.length);
    expect(own.reduce((sum, row) => sum + Number(row.count), 0)).toBe(
      results(session).differentials.find((d) => d.slide === slide)?.total,
    );
  }
  expect(rows.filter((row) => row.slides === '2')).not.toHaveLength(0);
});

test('one slide is the whole: it is not said twice', () => {
  const session = exampleSession();
  const rows = read({ ...session, images: analysedOf(session).filter(({ slide }) => slide === '') });
  expect(rows.every((row) => row.slides === '1' && row.images === '2')).toBe(true);
});

test('where no white cell was counted, shares are empty', () => {
  const session = exampleSession();
  const [image] = analysedOf(session);
  const rows = read({ ...session, images: [{ ...image!, cells: [] }], signatures: [] });
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.every((row) => row.count === '0' && !row.share_percent && !row.high_percent)).toBe(true);
  expect(rows.every((row) => !row.per_100_white_cells)).toBe(true);
});

test('no slide\u2019s count is taken for that of all, nor what every object has for a count', () => {
  const session = exampleSession();
  const wbc = { '': 5.5, '=slide, "one"': 40 };
  const whole = read({ ...session, wbc }).filter(({ slides }) => slides === '2');
  expect(whole).not.toHaveLength(0);
  expect(whole.every((row) => row.absolute_1e9_per_l === '')).toBe(true);
  const images = analysedOf(session).map((image) => ({ ...image, slide: 'constructor' }));
  expect(read({ ...session, images, signatures: [] }).every((row) => !row.absolute_1e9_per_l)).toBe(true);
});

test('text that starts like a formula is none, on however many lines', () => {
  const session = exampleSession();
  const images = analysedOf(session).map((image) => ({ ...image, slide: '=1+1\nx', file: '=2+2\ny' }));
  const input = { ...session, images, signatures: [] };
  expect(read(input).every(({ slide }) => slide === "'=1+1\nx")).toBe(true);
  expect(csv(input)).toContain('"\'=2+2\ny"');
});
