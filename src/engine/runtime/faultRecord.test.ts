import { expect, test } from 'vitest';
import { FaultRecord } from './faultRecord';

const MINUTE = 60_000;

test('in a row: once more as it was, then with less, then another way', () => {
  const faults = new FaultRecord();
  const seen = [0, 1, 2].map((k) => {
    faults.add('lost', k);
    return [faults.wantsLess, faults.hopeless];
  });
  expect(seen).toEqual([
    [false, false],
    [true, false],
    [false, true],
  ]);
  expect(faults.messages).toEqual(['lost', 'lost', 'lost']);
});

test('a result between them makes each the first', () => {
  const faults = new FaultRecord();
  for (let k = 0; k < 6; k++) {
    faults.add('lost', k);
    expect(faults.hopeless).toBe(false);
    faults.over();
  }
});

test('the seventh within ten minutes is one too many, though there were results between them', () => {
  const faults = new FaultRecord();
  for (let k = 0; k < 7; k++) {
    faults.add('lost', k * 1.6 * MINUTE);
    faults.over();
    expect(faults.hopeless).toBe(k === 6);
  }
});

test('a laptop that sleeps all day keeps its device', () => {
  const faults = new FaultRecord();
  for (let k = 0; k < 50; k++) {
    faults.add('lost', k * 1.7 * MINUTE);
    faults.over();
    expect(faults.hopeless).toBe(false);
  }
  expect(faults.messages).toHaveLength(50);
});
