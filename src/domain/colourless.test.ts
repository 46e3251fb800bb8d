import { expect, test } from 'vitest';
import { isColourless } from './colourless';

/** A field of `px` px of a colour, the first `cells` px of which are a stained nucleus. */
function field(colour: readonly number[], px: number, cells: number, nucleus: readonly number[]) {
  const of = (i: number) => (i < cells ? nucleus : colour);
  return { data: Uint8ClampedArray.from({ length: px * 4 }, (_, i) => of(i >> 2)[i % 4] ?? 255) };
}

test.each<[string, boolean, ReturnType<typeof field>]>([
  ['greys', true, field([230, 230, 230], 300_000, 30_000, [90, 90, 90])],
  ['greys that a JPEG has rounded', true, field([228, 231, 235], 300_000, 30_000, [90, 93, 86])],
  ['one nucleus on a grey background', false, field([230, 230, 230], 300_000, 2000, [90, 60, 150])],
  ['a faint stain', false, field([235, 232, 228], 300_000, 3000, [180, 165, 190])],
])('%s: %s', (_, colourless, picture) => {
  expect(isColourless(picture)).toBe(colourless);
});
