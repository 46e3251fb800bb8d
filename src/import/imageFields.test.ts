// What a session says of its images is checked as the rest of it is.
import { expect, test } from 'vitest';
import { exampleImages, exampleSession } from '../export/example.fixture';
import { sessionJson } from '../export/session';
import { readSessionJson } from './session';

const json = () => JSON.parse(sessionJson(exampleSession()));

/** A log of one outline, on an image that is not listed any more. */
const outlined = (side: number) => [
  {
    ...{ id: 1, at: '2026-01-01T00:00:00.000Z', who: '', kind: 'mask' },
    changes: [
      {
        ...{ image: 'removed', cell: 1, field: 'shape', old: null },
        new: {
          box: { x0: 0, y0: 0, x1: side, y1: side },
          mask: { width: side, height: side, runs: [side * side, 1] },
        },
      },
    ],
  },
];

test.each<[string, object, RegExp]>([
  ['a scale that is no number', { scale: { umPerPx: 'x', source: 'typed' } }, /images\.0\.scale\.umPerPx/],
  ['a scale from nowhere', { scale: { umPerPx: 0.1, source: 'dreamt' } }, /images\.0\.scale\.source/],
  ['many pages', { pages: 'many' }, /images\.0\.pages/],
  ['a page before the first', { page: -1 }, /images\.0\.page/],
  ['a hash that is none', { sha256: '<b>' }, /images\.0\.sha256/],
  ['colours that may be', { colourless: 'perhaps' }, /images\.0\.colourless/],
  ['an identity that leads out of its folder', { id: '../../evil' }, /images\.0\.id/],
  ['the folder above as an identity', { id: '..' }, /images\.0\.id/],
  ['a double of what has no such identity', { duplicateOf: '..' }, /images\.0\.duplicateOf/],
])('%s is refused, and the place is named', (_, fields, message) => {
  const data = json();
  Object.assign(data.images[0], fields);
  expect(() => readSessionJson(data)).toThrow(message);
});

test('an image, or an outline on one that is gone, larger than any is refused; one as large as may be is not', () => {
  const large = json();
  Object.assign(large.images[0].analysis, { width: 150_000, height: 150_000 });
  expect(() => readSessionJson(large)).toThrow(/images\.0\.analysis: an image larger/);
  const data = json();
  expect(() => readSessionJson({ ...data, events: outlined(65_535) })).toThrow(/Event 1 of the log has an outline/);
  expect(readSessionJson({ ...data, events: outlined(10_000) }).history.log).toHaveLength(1);
});

test('fields that are as they should be come back as they are', () => {
  const data = json();
  const fields = {
    ...{ scale: { umPerPx: 0.1, source: 'typed' }, pages: 3, page: null, colourless: true, duplicateOf: null },
    ...{ sha256: 'a'.repeat(64), width: 260, height: 210, order: 1.5, more: 'kept' },
  };
  Object.assign(data.images[0], fields);
  expect(readSessionJson(data).images[0]).toEqual({ ...exampleImages()[0], ...fields });
});
