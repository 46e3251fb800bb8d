// A key that is held: it walks on, and decides nothing about cells that nobody has looked at.
import { beforeEach, expect, test, vi } from 'vitest';
import type { DetectedCell } from '../domain/cell';

vi.mock('./top/OpenButton', () => ({ openFileDialog: vi.fn() }));

const { newEntry } = await import('../store/images');
const { initialState, useStore } = await import('../store/store');
const { onFocus, onKey, onPointerDown } = await import('./useShortcuts');

const cells = [1, 2, 3].map((id) => ({ id, type: 'monocyte', probabilities: [1] }) as never as DetectedCell);
const analysis = { width: 9, height: 9, cells } as never;

const elements = (name: string) => ({
  closest(selector: string): object | null {
    return name && selector.includes(name) ? this : null;
  },
});
const page = elements('');
const button = elements('button');

/** Pressed on the page, or on a button. */
function press(key: string, repeat = false, target = page) {
  const event = { key, repeat, target, preventDefault: vi.fn() };
  onKey(event as never);
  return event;
}
const decisions = () => useStore.getState().history.log.length;
const selected = () => useStore.getState().selectedCell;

/** The panel that is open. */
let open: object | null = null;
vi.stubGlobal('document', { querySelector: () => open });

beforeEach(() => {
  open = null;
  const image = { ...newEntry({ id: 'a', name: 'a.png', path: 'a.png', size: 1 }), analysis };
  useStore.setState({ ...initialState, images: [image], selectedImage: 'a', selectedCell: 1 }, true);
});

test.each(['Enter', 'Delete', 'm'])('%s that is held decides about one cell', (key) => {
  press(key);
  expect(decisions()).toBe(1);
  const at = selected();
  for (let i = 0; i < 5; i++) press(key, true);
  expect(decisions()).toBe(1);
  expect(selected()).toBe(at);
});

test('an arrow that is held walks on', () => {
  press('ArrowRight');
  press('ArrowRight', true);
  expect(selected()).toBe(3);
});

test.each(['Escape', 'Delete', 'm', 'c', 'ArrowDown'])('%s is not the page\u2019s while a panel is open', (key) => {
  open = {};
  expect(press(key).preventDefault).not.toHaveBeenCalled();
  expect([decisions(), selected(), useStore.getState().tool]).toEqual([0, 1, 'look']);
  open = null;
  expect(press(key).preventDefault).toHaveBeenCalled();
});

test('Escape lets go of the cell', () => {
  press('Escape');
  expect(selected()).toBe(null);
});

test('Enter that is held presses a button once', () => {
  expect(press('Enter', false, button).preventDefault).not.toHaveBeenCalled();
  expect(press('Enter', true, button).preventDefault).toHaveBeenCalled();
  expect(decisions()).toBe(0);
});

test('Enter presses a button that has its focus by keyboard, and confirms where it was clicked', () => {
  const on = (target: object) => ({ target }) as never;
  const click = () => {
    onPointerDown(on(button));
    onFocus(on(button));
  };
  click();
  // While its popover is open it is that one's.
  open = {};
  expect(press('Enter', false, button).preventDefault).not.toHaveBeenCalled();
  open = null;
  // What it opened gives the focus back.
  onFocus(on(elements('dialog')));
  onFocus(on(button));
  expect(press('Enter', false, button).preventDefault).toHaveBeenCalled();
  expect([decisions(), selected()]).toEqual([1, 2]);
  // Tab away, and back.
  onFocus(on(elements('button')));
  onFocus(on(button));
  expect(press('Enter', false, button).preventDefault).not.toHaveBeenCalled();
  click();
  onPointerDown(on(page));
  onFocus(on(button));
  expect(press('Enter', false, button).preventDefault).not.toHaveBeenCalled();
  expect(decisions()).toBe(1);
});
