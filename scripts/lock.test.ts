// The lock installs on every system and from every mirror: what npm writes on one machine does not always.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Package {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const packages: Record<string, Package> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;

/** Whether Node's look-up from `place` upwards finds `name`. */
function found(place: string, name: string): boolean {
  if (packages[`${place ? `${place}/` : ''}node_modules/${name}`]?.version) return true;
  return place !== '' && found(place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/'))), name);
}

test('names the binaries of every system', () => {
  // npm leaves out, without a word, those its registry did not have at that moment, and `npm ci` then fails everywhere.
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !found(place, name)),
  );
  expect(missing).toEqual([]);
});

test('names no registry', () => {
  expect(Object.keys(packages).filter((place) => packages[place]?.resolved)).toEqual([]);
});
