// What stands below a cell's picture where its heatmap could not be had.
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { CropPicture } from './CropPicture';

vi.mock('../parts/Pixels', () => ({ usePixels: () => undefined }));

test('why there is no heatmap is said with what to do about it', () => {
  const error = { code: 'review-conflict' as const, message: 'There is none.', remedy: 'Add the cell.' };
  const [image, cell] = [{ id: 'a' }, { id: 1 }] as never[];
  const html = renderToStaticMarkup(
    <CropPicture image={image as never} cell={cell as never} type="monocyte" state={{ error }} peak={null} />,
  );
  expect(html).toContain('There is none. Add the cell.');
});
