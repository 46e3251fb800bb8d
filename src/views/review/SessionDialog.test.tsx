// Nothing takes the place of what is open while that is being saved.
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import SessionDialog from './SessionDialog';

const state = {
  pendingSession: { name: 'saved.leukolens', images: 1, cells: 2, events: 3, leftOut: [] },
  ...{ images: [{}], history: { log: [] }, earlier: null, exporting: false },
};
vi.mock('../../store/store', () => ({ useStore: <T,>(select: (all: typeof state) => T) => select(state) }));
vi.mock('../../store/exportSession', () => ({ exportSession: vi.fn() }));
vi.mock('../../store/importSession', () => ({ agreeToSession: vi.fn(), declineSession: vi.fn() }));

const disabled = () =>
  renderToStaticMarkup(<SessionDialog />)
    .match(/disabled=""[^>]*>[^<]*/g)
    ?.map((tag) => tag.split('>')[1]);

test('a session is not opened while the one before it is being saved', () => {
  expect(disabled()).toBeUndefined();
  state.exporting = true;
  expect(disabled()).toEqual(['Open it', 'Save what is open first']);
});
