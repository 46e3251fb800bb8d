// The status line claims no more than is done.
import { beforeEach, expect, test } from 'vitest';
import { callRefs } from '../../store/decide';
import { openTwo } from '../../store/scene.fixture';
import { useStore } from '../../store/store';
import { sentence } from './StatusLine';

beforeEach(openTwo);

const text = (blind = false) => {
  const { images, history } = useStore.getState();
  return sentence({ images, engine: { status: 'ready' } as never, paused: false, review: history.state, blind });
};

test('what is unidentified is told, whoever said so, though all are reviewed', () => {
  expect(text()).toMatch(/0 reviewed, 4 not, 1 unidentified$/);
  expect(text(true)).toMatch(/0 read, 4 not$/);
  callRefs('unidentified', ['a/1', 'a/2']);
  callRefs('monocyte', ['a/3', 'b/1']);
  expect(text()).toMatch(/all reviewed, 2 unidentified$/);
  // The second reader has not begun.
  expect(text(true)).toMatch(/0 read, 4 not$/);
  callRefs('monocyte', ['a/1', 'a/2']);
  expect(text()).toMatch(/all reviewed$/);
});
