// What an export says of what is in no count.
import { expect, test } from 'vitest';
import type { SessionImage } from './input';
import { notAnalysedTexts } from './notAnalysed';

const page = (path: string, at: number, pages: number) =>
  ({ path, sha256: path, page: at, pages, status: 'done', analysis: {}, error: null }) as unknown as SessionImage;
const said = (...images: SessionImage[]) => notAnalysedTexts({ state: { images, events: [] } });

test('a stack of which every page was analysed, each by an entry of its own, leaves nothing out', () => {
  expect(said(page('s.tif', 0, 2), page('s.tif', 1, 2))).toEqual([]);
});

test('of several stacks it is said which pages were analysed', () => {
  expect(said(page('s.tif', 2, 4), page('s.tif', 0, 4), page('t.tif', 0, 3), page('u.tif', 0, 1))).toEqual([
    '2 files have pages that were not analysed (s.tif: page 1, 3 of 4, t.tif: page 1 of 3): they are in no count.',
  ]);
});
