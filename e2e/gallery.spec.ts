// What the gallery's filters say is what they let through.
import { expect, test } from './fixtures';
import { fixture, settled } from './smears';

test('limits of area are typed, let go of, and then no longer shown', { tag: '@wasm' }, async ({ page }) => {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
  const thumbs = page.getByRole('region', { name: 'Gallery' }).getByRole('button', { name: /^Cell \d+,/ });
  await expect(thumbs).toHaveCount(2);
  await page.getByRole('button', { name: 'Filters' }).click();
  const [from, to] = [page.getByLabel('Area from'), page.getByLabel('Area to')];
  await from.pressSequentially('12345.0');
  await expect(from).toHaveValue('12345.0');
  await expect(thumbs).toHaveCount(0);
  await to.fill('99999');
  await page.getByRole('button', { name: 'No filter' }).click();
  await expect(thumbs).toHaveCount(2);
  await expect(from).toHaveValue('');
  await expect(to).toHaveValue('');
});
