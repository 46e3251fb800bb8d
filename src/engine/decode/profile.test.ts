// Profiles as programs write them: sRGB by any name is sRGB, and no other is by its name.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { profileOf } from './png16';
import { otherThanSrgb } from './profile';

const word = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const text = (value: string) => [...value].map((character) => character.charCodeAt(0));
const fixed = (value: number) => word(Math.round(value * 65_536));

const desc = (name: string) => [...text('desc'), ...word(0), ...word(name.length + 1), ...text(name), 0];
const mluc = (name: string) => [
  ...[...text('mluc'), ...word(0), ...word(1), ...word(12), ...text('enUS'), ...word(2 * name.length), ...word(28)],
  ...[...name].flatMap((character) => [character.charCodeAt(0) >> 8, character.charCodeAt(0) & 255]),
];
const gamma = (value: number) => [
  ...text('curv'),
  ...word(0),
  ...word(1),
  Math.floor(value),
  Math.round((value % 1) * 256),
];
const table = (of: (x: number) => number) => {
  const values = Array.from({ length: 1024 }, (_, i) => Math.round(of(i / 1023) * 65_535));
  return [...text('curv'), ...word(0), ...word(1024), ...values.flatMap((value) => [value >> 8, value & 255])];
};
const parametric = [
  ...text('para'),
  ...word(0),
  0,
  3,
  0,
  0,
  ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].flatMap(fixed),
];
const xyz = (...values: number[]) => [...text('XYZ '), ...word(0), ...values.flatMap(fixed)];

function profile(tags: Record<string, number[]>, space = 'RGB '): Uint8Array {
  const entries = Object.entries(tags);
  const head = new Array<number>(128).fill(0);
  head.splice(16, 4, ...text(space));
  head.splice(36, 4, ...text('acsp'));
  const directory = word(entries.length);
  const data: number[] = [];
  for (const [name, value] of entries) {
    directory.push(...text(name), ...word(132 + 12 * entries.length + data.length), ...word(value.length));
    data.push(...value);
  }
  return Uint8Array.from([...head, ...directory, ...data]);
}

const srgbCurve = (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const SRGB = {
  rXYZ: xyz(0.4361, 0.2225, 0.0139),
  gXYZ: xyz(0.3851, 0.7169, 0.0971),
  bXYZ: xyz(0.1431, 0.0606, 0.7141),
};
const ADOBE = {
  rXYZ: xyz(0.6097, 0.3111, 0.0195),
  gXYZ: xyz(0.2053, 0.6257, 0.0609),
  bXYZ: xyz(0.1492, 0.0632, 0.7446),
};
const P3 = { rXYZ: xyz(0.5151, 0.2412, -0.0011), gXYZ: xyz(0.292, 0.6922, 0.0419), bXYZ: xyz(0.1572, 0.0666, 0.7841) };

test.each<[string, Uint8Array]>([
  ['a table of 1024', profile({ desc: desc('sRGB IEC61966-2.1'), ...SRGB, gTRC: table(srgbCurve) })],
  ['a parametric curve', profile({ desc: mluc('Whatever'), ...SRGB, gTRC: parametric })],
  ['gamma 2.2, as small ones have it', profile({ desc: desc('c2'), ...SRGB, gTRC: gamma(2.2) })],
  ['grey with its curve', profile({ desc: desc('sGray'), kTRC: table(srgbCurve) }, 'GRAY')],
  ['tables for all, where the name is all there is', profile({ desc: desc('sRGB v4 ICC preference') })],
])('sRGB by %s is sRGB', (_, bytes) => {
  expect(otherThanSrgb(bytes)).toBeNull();
});

test.each<[string, Uint8Array]>([
  ['Adobe RGB (1998)', profile({ desc: desc('Adobe RGB (1998)'), ...ADOBE, gTRC: gamma(2.2) })],
  ['Display P3', profile({ desc: mluc('Display P3'), ...P3, gTRC: parametric })],
  ['sRGB linear', profile({ desc: desc('sRGB linear'), ...SRGB, gTRC: [...text('curv'), ...word(0), ...word(0)] })],
  ['Dot Gain 20%', profile({ desc: desc('Dot Gain 20%'), kTRC: gamma(1.75) }, 'GRAY')],
  ['Coated FOGRA39', profile({ desc: desc('Coated FOGRA39') }, 'CMYK')],
  ['unnamed', profile({ ...ADOBE, gTRC: gamma(2.2) })],
])('%s is called that', (name, bytes) => {
  expect(otherThanSrgb(bytes)).toBe(name);
});

test('bytes that are no profile, or end within it, are passed over', () => {
  const whole = profile({ ...ADOBE, gTRC: gamma(2.2), desc: desc('Adobe RGB (1998)') });
  expect(otherThanSrgb(new Uint8Array(0))).toBeNull();
  expect(otherThanSrgb(new Uint8Array(4000))).toBeNull();
  for (let length = 0; length < whole.length - 1; length += 7)
    expect(() => otherThanSrgb(whole.subarray(0, length))).not.toThrow();
  expect(otherThanSrgb(whole.subarray(0, 140))).toBeNull();
});

test('a PNG\u2019s profile is found before its picture, and a damaged one is none', async () => {
  const file = (name: string) =>
    new Uint8Array(readFileSync(path.join(import.meta.dirname, '../../../e2e/fixtures/formats', name)));
  const whole = file('icc-16.png');
  expect(otherThanSrgb((await profileOf(whole))!)).toBe('sRGB built-in');
  expect(otherThanSrgb((await profileOf(file('srgb-16.png')))!)).toBeNull();
  expect(await profileOf(file('gray-16.png'))).toBeNull();
  expect(await profileOf(whole.subarray(0, 60))).toBeNull();
  const damaged = whole.slice();
  damaged.fill(0xff, 60, 90);
  expect(await profileOf(damaged)).toBeNull();
});
