// What keeps a slide from being signed, or reopened, is said where the button is.
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../store/store', async (original) => {
  const { useStore, ...rest } = await original<typeof import('../../store/store')>();
  // Rendered on the server, a store is what it was at first.
  const now = <T,>(select: (all: ReturnType<typeof useStore.getState>) => T) => select(useStore.getState());
  return { ...rest, useStore: Object.assign(now, useStore) };
});
const { callCells } = await import('../../store/decide');
const { cell, image, openTwo } = await import('../../store/scene.fixture');
const { signOff } = await import('../../store/signOff');
const { useStore } = await import('../../store/store');
const { SignOff } = await import('./SignOff');

const shown = () => renderToStaticMarkup(<SignOff slide="" slides={['']} />).replaceAll('<!-- -->', '');
const button = () => /<button[^>]*>(?:(?!<button).)*(?:lock|Reopen)<\/button>/.exec(shown())?.[0] ?? '';

beforeEach(() => {
  openTwo();
  useStore.setState({ images: [image('a', cell(1))], selectedCell: 1 });
  callCells('neutrophil');
});

test('a name is asked for, and spaces are none', () => {
  expect(button()).not.toContain('disabled');
  useStore.setState({ who: '  ' });
  expect(button()).toMatch(/disabled="" title="Type your name above/);
  expect(shown()).toMatch(/<li data-blocks="true">Type your name above/);
});

test('what is short of the target is said, and keeps nobody from signing', () => {
  expect(shown()).toContain('1 white cell typed: 99 short of the target of 100.');
  expect(shown()).not.toContain('Nothing is left to do.');
  expect(button()).not.toContain('disabled');
});

test('a reason is asked for before a slide is reopened', () => {
  signOff('');
  expect(button()).toMatch(/disabled="" title="Say why/);
  expect(shown()).toMatch(/<small class="muted">Say why/);
});
