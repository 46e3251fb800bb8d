// A number beside a type says whose it is and of what.
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../store/store', async (original) => {
  const { useStore, ...rest } = await original<typeof import('../../store/store')>();
  // Rendered on the server, a store is what it was at first.
  const now = <T,>(select: (all: ReturnType<typeof useStore.getState>) => T) => select(useStore.getState());
  return { ...rest, useStore: Object.assign(now, useStore) };
});
vi.mock('../parts/Pixels', () => ({ usePixels: () => undefined, Pixels: () => null }));
const { callCells } = await import('../../store/decide');
const { cell, image, openTwo } = await import('../../store/scene.fixture');
const { useStore } = await import('../../store/store');
const { CellsTable } = await import('../tray/CellsTable');
const { CellPanel } = await import('./CellPanel');

const text = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/[\s\u00a0]+/g, ' ');
const panel = () => text(renderToStaticMarkup(<CellPanel />));
const table = () => renderToStaticMarkup(<CellsTable image={useStore.getState().images[0]} filter={null} />);

beforeEach(() => {
  openTwo();
  useStore.setState({ images: [image('a', cell(1))], selectedCell: 1 });
});

test('the probability in the panel is named as that of the model\u2019s type, also after a correction', () => {
  expect(panel()).toContain('Model: neutrophil 60 %');
  callCells('eosinophil');
  expect(panel()).toMatch(/ Eosinophil .*Model: neutrophil 60 %/);
  expect(panel()).not.toContain('Confidence');
});

test('in the table it has the sign of the model\u2019s type where that is another than the cell\u2019s', () => {
  expect(table()).toMatch(/<td title="Model: neutrophil 60\u00a0%"> 60/);
  callCells('eosinophil');
  expect(table()).toMatch(/<td title="Model: neutrophil 60\u00a0%"><span class="badge"/);
});
