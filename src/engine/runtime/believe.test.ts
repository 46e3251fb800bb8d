/** What a device's verdict is remembered under. */
import { expect, test } from 'vitest';
import { keyOf } from './believe';

const about = { level: 'fused', adapter: 'intel xe', features: new Set(['timestamp-query', 'shader-f16']) };
const day = new Date('2026-11-29T12:00:00Z');
const key = keyOf(about, 'abc', 'Chrome/156', day);

test('the same device, model, browser and month are one question', () => {
  const features = new Set(['shader-f16', 'timestamp-query']);
  expect(keyOf({ ...about, features }, 'abc', 'Chrome/156', new Date('2026-11-01T00:00:00Z'))).toBe(key);
});

test.each([
  ['level', keyOf({ ...about, level: 'fused-f16' }, 'abc', 'Chrome/156', day)],
  ['adapter', keyOf({ ...about, adapter: 'nvidia ampere' }, 'abc', 'Chrome/156', day)],
  ['set of features', keyOf({ ...about, features: [] }, 'abc', 'Chrome/156', day)],
  ['model', keyOf(about, 'abd', 'Chrome/156', day)],
  ['browser', keyOf(about, 'abc', 'Chrome/157', day)],
  ['month', keyOf(about, 'abc', 'Chrome/156', new Date('2026-12-01T12:00:00Z'))],
])('another %s is asked anew', (_, other) => {
  expect(other).not.toBe(key);
});
