// Numbers as words on screen.
import { expect, test } from 'vitest';
import { percent, stageText } from './format';

test('a percentage is never rounded to certainty, and is one word', () => {
  const shown = [0.9995, 0.0004, 0.995, 0.5, 0.0123].map(percent);
  expect([0.9898, 0.99, 0.9849].map(percent)).toEqual(['99.0\u00a0%', '99.0\u00a0%', '98\u00a0%']);
  expect(shown).toEqual(['>\u00a099.9\u00a0%', '<\u00a00.1\u00a0%', '99.5\u00a0%', '50\u00a0%', '1.2\u00a0%']);
});

test('what the network looks at are candidates, and how many there will be is not known before the end', () => {
  const at = (cellsDone: number, cellsTotal: number) => stageText({ stage: 'cells', cellsDone, cellsTotal });
  expect(at(13, 360)).toBe('looking at candidate 14 of about 360');
  expect(at(360, 360)).toBe('looking at candidate 360 of about 360');
  expect(at(0, 1)).toBe('looking for cells');
});
