// The count dialog comes back with what was counted when it was closed.
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../store/store', async (original) => {
  const { useStore, ...rest } = await original<typeof import('../../store/store')>();
  // Rendered on the server, a store is what it was at first.
  const now = <T,>(select: (all: ReturnType<typeof useStore.getState>) => T) => select(useStore.getState());
  return { ...rest, useStore: Object.assign(now, useStore) };
});
const { setCountScope } = await import('../../store/actions');
const { groupImages } = await import('../../store/decide');
const { openTwo } = await import('../../store/scene.fixture');
const { DifferentialTab } = await import('./DifferentialTab');

/** Opened anew, what is chosen. */
const counted = () =>
  /selected="">([^<]*)/.exec(renderToStaticMarkup(<DifferentialTab />).replaceAll('<!-- -->', ''))?.[1];

beforeEach(openTwo);

test('the choice stays, until its slide is gone', () => {
  expect(counted()).toBe('the whole session (2 images)');
  setCountScope('image');
  expect(counted()).toBe('this image');
  groupImages(['b'], 'B');
  setCountScope('slide/B');
  expect(counted()).toBe('slide B');
  groupImages(['b'], '');
  expect(counted()).toBe('the whole session (2 images)');
});
