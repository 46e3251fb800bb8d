// Bad files get a plain message each, on the file it concerns, and the queue goes on.
import { expect, test } from './fixtures';
import { cellRows, drop, item, payload, settled } from './smears';

/** A PNG that claims to be enormous. */
function headerBomb(side: number): Uint8Array {
  const bytes = new Uint8Array(57);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(bytes.buffer).setUint32(16, side);
  new DataView(bytes.buffer).setUint32(20, side);
  bytes.set([8, 2, 0, 0, 0], 24);
  bytes.set([0x49, 0x45, 0x4e, 0x44], 49);
  return bytes;
}

test('every bad file says what is wrong with it, and the good one beside them is analysed', async ({ page }) => {
  const good = await payload('field-b.png', 'good.png');
  const jpeg = await payload('exif6.jpg');
  await page.goto('./?backend=wasm');
  await drop(page, [
    { name: 'a-empty.png', bytes: new Uint8Array(0) },
    { name: 'b-text.png', bytes: new TextEncoder().encode('This is a letter, not a smear.') },
    { name: 'c-cut.jpg', bytes: jpeg.bytes.slice(0, jpeg.bytes.length * 0.6) },
    { name: 'd-dot.png', bytes: headerBomb(1) },
    { name: 'e-bomb.png', bytes: headerBomb(20_000) },
    { name: 'f-<img src=x onerror=alert(1)>.png', bytes: new TextEncoder().encode('markup in the name') },
    good,
  ]);
  await settled(page, 'good.png');
  const messages: [string, RegExp][] = [
    ['a-empty.png', /empty/i],
    ['b-text.png', /not an image/i],
    ['c-cut.jpg', /ends in the middle/i],
    ['d-dot.png', /too small/i],
    ['e-bomb.png', /400 megapixels/i],
    ['f-<img src=x onerror=alert(1)>.png', /not an image/i],
  ];
  for (const [name, message] of messages) {
    await settled(page, name, 'failed');
    await expect(item(page, name)).toContainText(message);
  }
  await item(page, 'good.png').getByText('good.png').click();
  await expect(cellRows(page)).toHaveCount(2);
});
