/** What files are called on screen, where several of a session may have one name. */
import type { ImageEntry } from './images';

const known = new WeakMap<readonly ImageEntry[], ReadonlyMap<string, string>>();

/**
 * By id: the file's name; where several have that name, its path; where the paths are one too, for files that were not opened with
 * their folders, a number behind it.
 */
export function shownNames(images: readonly ImageEntry[]): ReadonlyMap<string, string> {
  let names = known.get(images);
  if (!names) {
    const times = new Map<string, number>();
    for (const { name } of images) times.set(name, (times.get(name) ?? 0) + 1);
    const taken = new Map<string, number>();
    names = new Map(
      images.map(({ id, name, path }) => {
        const called = (times.get(name) ?? 0) > 1 ? path : name;
        const before = taken.get(called) ?? 0;
        taken.set(called, before + 1);
        return [id, before > 0 ? `${called} (${before + 1})` : called];
      }),
    );
    known.set(images, names);
  }
  return names;
}

export const shownName = (images: readonly ImageEntry[], id: string): string => shownNames(images).get(id) ?? '';
