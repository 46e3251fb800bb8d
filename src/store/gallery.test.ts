import { expect, test } from 'vitest';
import { setLimits, setPreference, setTool } from './actions';
import { setReader } from './decide';
import { galleryOrder, range, sortSeen, sortsSeen } from './gallery';
import { cellRef } from './review';
import { cell, image } from './scene.fixture';
import { initialState, useStore } from './store';
import { NO_LIMITS } from './view';

const order = ['a/1', 'a/2', 'a/3', 'b/1'];

test.each<[string, string, (string | null)[], string[]]>([
  ['forwards from the one picked before', 'a/3', ['a/2', 'a/1'], ['a/2', 'a/3']],
  ['backwards', 'a/1', ['a/3', null], ['a/1', 'a/2', 'a/3']],
  ['from the selected one where none was picked', 'b/1', [null, 'a/3'], ['a/3', 'b/1']],
  ['from the selected one where the one picked is filtered out', 'b/1', ['c/9', 'a/3'], ['a/3', 'b/1']],
  ['alone where neither is shown', 'a/3', ['c/9', 'c/8'], ['a/3']],
])('a range of cells goes %s', (_, to, before, cells) => {
  expect(range(order, to, ...before)).toEqual(cells);
});

test('neither reader reads through the filters of the other', () => {
  for (const reader of ['second', 'first'] as const) {
    setLimits({ confidence: 0.5, areaFrom: 100, reviewed: 'unreviewed' });
    setReader(reader);
    expect(useStore.getState().limits).toEqual(NO_LIMITS);
  }
});

test('before the second reader the gallery goes by image and cell, not by what the model thought', () => {
  const sure = (id: number, confidence: number) => ({ ...cell(id), confidence });
  const images = [image('b', sure(1, 0.9), sure(2, 0.1)), image('a', sure(1, 0.5))];
  useStore.setState({ ...initialState, images, galleryScope: 'all' }, true);
  const order = () => galleryOrder(useStore.getState()).map((entry) => cellRef(entry.image.id, entry.cell.id));
  expect(order()).toEqual(['b/2', 'a/1', 'b/1']);
  setReader('second');
  for (const sort of ['confidence', 'consistency', 'place'] as const) {
    setPreference({ sort, sortDown: false });
    expect(sortSeen(useStore.getState())).toBe('place');
    expect(order()).toEqual(['b/1', 'b/2', 'a/1']);
    setPreference({ sortDown: true });
    expect(order()).toEqual(['a/1', 'b/2', 'b/1']);
  }
  expect(sortsSeen('second')).not.toContain('confidence');
  // What is measured is nobody's word.
  setPreference({ sort: 'area' });
  expect(sortSeen(useStore.getState())).toBe('area');
});

test('the second reader takes no tool in hand that changes outlines, and finds none there', () => {
  useStore.setState(initialState, true);
  setTool('brush');
  setReader('second');
  expect(useStore.getState().tool).toBe('look');
  for (const tool of ['add', 'brush', 'nucleus', 'erase'] as const) {
    useStore.setState({ passing: null });
    setTool(tool);
    expect(useStore.getState()).toMatchObject({
      tool: 'look',
      passing: { text: expect.stringMatching(/^Outlines stay/) },
    });
  }
  setTool('ruler');
  expect(useStore.getState().tool).toBe('ruler');
});
