/** The mask layer follows what people decide, and is drawn no oftener than that. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { ReviewCell } from '../domain/review/cells';
import { overlay } from './explain';
import { getPixels, overlayKey, releasePixels } from './pixels';
import { useStore } from './store';

const drawn: unknown[] = [];
let hold: Promise<void> = Promise.resolve();

vi.mock('./engineClient', () => ({
  isAbort: () => false,
  clientFor: async () => ({
    overlay: async (_id: string, kind: string, cells?: unknown) => {
      drawn.push([kind, cells]);
      await hold;
      return { bitmap: { width: 1, height: 1, close: () => {} } };
    },
  }),
}));

const box = { x0: 0, y0: 0, x1: 1, y1: 1 };
const mask = { width: 1, height: 1, runs: [] };
const cell = (type: ReviewCell['type']) => ({ id: 1, box, mask, type, confidence: 1 }) as unknown as ReviewCell;

beforeEach(() => {
  drawn.length = 0;
  hold = Promise.resolve();
  releasePixels('a/');
  useStore.setState({ images: [{ id: 'a' }] as never });
});

test('masks are drawn from the cells as they stand, and again only when these change', async () => {
  const before = [cell('lymphocyte')];
  await overlay('a', 'masks', before);
  await overlay('a', 'masks', before);
  expect(drawn).toEqual([['masks', [{ box, mask, type: 'lymphocyte' }]]]);
  await overlay('a', 'masks', [cell('blast')]);
  expect(drawn[1]).toEqual(['masks', [{ box, mask, type: 'blast' }]]);
  expect(getPixels(overlayKey('a', 'masks'))).toBeDefined();
});

test('a change while they are drawn is drawn after, without a second request beside it', async () => {
  let go = () => {};
  hold = new Promise((resolve) => {
    go = resolve;
  });
  const first = overlay('a', 'masks', [cell('lymphocyte')]);
  await overlay('a', 'masks', [cell('monocyte')]);
  await overlay('a', 'masks', [cell('blast')]);
  go();
  await first;
  expect(drawn.map((call) => (call as [string, ReviewCell[]])[1][0]?.type)).toEqual(['lymphocyte', 'blast']);
});

test('the other layers are drawn once, whatever people decide', async () => {
  await overlay('a', 'gradcam', [cell('lymphocyte')]);
  await overlay('a', 'gradcam', [cell('monocyte')]);
  expect(drawn).toEqual([['gradcam', undefined]]);
});
