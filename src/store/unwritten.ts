/**
 * What the disk has not got yet, and in which order it gets it. Each write takes what it writes out of here, as it is at
 * that moment; what the disk refuses is put back and goes with the next try. What is open is read from the store.
 */
import { errorData } from '../domain/errors';
import type { Journal } from '../journal/journal';
import { recordOf } from './records';
import { useStore } from './store';
import { isWhole } from './whole';

const get = useStore.getState;

/** What became of a file: it is on disk, or there was no room for it, or it can no longer be read. */
type Fate = 'kept' | 'no room' | 'unreadable';

export class Unwritten {
  /** Set while one session is closed and another brought in: nothing of that is for the disk before it is whole. */
  held = false;
  /** All that is on disk gives way to what is open: a session was opened, or closed. */
  #session = false;
  /** The log on disk gives way, after this event, to the one that is open; null: it is only added to. */
  #logAfter: number | null = null;
  /** To be added to the log, oldest first. */
  #events: unknown[] = [];
  /** Images to be written, or forgotten where they are no longer listed. */
  readonly #images = new Set<string>();
  /** Files that go with their image. */
  readonly #files = new Map<string, Blob>();
  /** Files that there was no room for: their images are on disk without them. */
  readonly #refused = new Map<string, Blob>();
  /** Files of this visit that are on disk, for when that is cleared. */
  readonly #kept = new Map<string, Blob>();

  /** Nothing is left to write. */
  get none(): boolean {
    return this.logged && this.#images.size === 0;
  }

  /** The log on disk is the one that is open. */
  get logged(): boolean {
    return !this.#session && this.#logAfter === null && this.#events.length === 0;
  }

  /** All that is on disk is to give way. */
  get replaces(): boolean {
    return this.#session;
  }

  /** Files that are still to be written. */
  get files(): number {
    return this.#files.size;
  }

  /** Events that are still to be added, oldest first. */
  get events(): readonly unknown[] {
    return this.#events;
  }

  /** Bytes of the files that are not on disk: on their way there, or refused, of images that are still listed. */
  get fileBytes(): number {
    const refused = get().images.map(({ id }) => this.#refused.get(id));
    return [...this.#files.values(), ...refused].reduce((sum, file) => sum + (file?.size ?? 0), 0);
  }

  /** Has the files that there was no room for written with the next try. */
  retryFiles(): void {
    for (const { id } of get().images) {
      const file = this.#refused.get(id);
      if (file && !this.#files.has(id)) this.file(id, file);
    }
    this.#refused.clear();
  }

  /** Has this visit's own files that were on disk, and are not among those there now, written with the next try. */
  retryLost(there: ReadonlySet<string>): void {
    for (const { id } of get().images) {
      const file = this.#kept.get(id);
      if (file && !there.has(id) && !this.#files.has(id)) this.file(id, file);
    }
  }

  image(id: string): void {
    this.#images.add(id);
  }

  file(imageId: string, file: Blob): void {
    this.#files.set(imageId, file);
    this.#images.add(imageId);
  }

  add(events: readonly unknown[]): void {
    this.#events = [...this.#events, ...events];
  }

  /** Has the log on disk, from after this event on, give way to the one that is open. */
  replaceLog(after: number): void {
    this.#logAfter = after;
  }

  /** Has all that is on disk give way to what is open. */
  replaceSession(): void {
    this.#session = true;
    this.#refused.clear();
    this.#kept.clear();
  }

  /** Nothing of what is open is on disk, and it takes the place of nothing there: all of it is added. */
  beside(): void {
    this.#session = false;
    this.#logAfter = null;
    this.#events = [...get().history.log];
    for (const { id } of get().images) this.#images.add(id);
  }

  /** Writes what is next; rejects where the disk refuses it. */
  async next(to: Journal): Promise<void> {
    if (this.#session) return this.#writeSession(to);
    if (this.#logAfter !== null) return this.#writeLog(to, this.#logAfter);
    if (this.#events.length > 0) return this.#writeEvents(to);
    const [id] = this.#images;
    if (id !== undefined) await this.#writeImage(to, id);
  }

  async #writeSession(to: Journal): Promise<void> {
    const { images, history } = get();
    const open = new Set(images.map(({ id }) => id));
    for (const id of this.#files.keys()) if (!open.has(id)) this.#files.delete(id);
    const files = new Map(this.#files);
    const session = { images: images.map(recordOf), events: history.log };
    this.#session = false;
    this.#logAfter = null;
    this.#events = [];
    this.#images.clear();
    let fates: Map<string, Fate>;
    try {
      fates = await withWhatCanBeKept(files, (some) => to.replaceAll({ ...session, files: some }));
    } catch (thrown) {
      this.#session = true;
      throw thrown;
    }
    this.#done(files, fates);
    // Those of a saved session are bytes in memory, not files that somebody has: they are let go of.
    this.#kept.clear();
  }

  /** Some files were written, or left out. One that was given anew meanwhile is still to be written. */
  #done(files: ReadonlyMap<string, Blob>, fates: ReadonlyMap<string, Fate>): void {
    for (const [id, fate] of fates) {
      const file = files.get(id);
      if (!file || this.#files.get(id) !== file) continue;
      this.#files.delete(id);
      this.#refused.delete(id);
      this.#kept.delete(id);
      if (fate === 'kept') this.#kept.set(id, file);
      if (fate === 'no room') this.#refused.set(id, file);
      sayUnkept(id, fate === 'unreadable');
    }
  }

  async #writeLog(to: Journal, after: number): Promise<void> {
    this.#logAfter = null;
    this.#events = [];
    try {
      await to.replaceEvents(after, get().history.log);
    } catch (thrown) {
      this.#logAfter = after;
      throw thrown;
    }
  }

  async #writeEvents(to: Journal): Promise<void> {
    const batch = this.#events;
    this.#events = [];
    try {
      await to.appendEvents(batch);
    } catch (thrown) {
      this.#events = [...batch, ...this.#events];
      throw thrown;
    }
  }

  async #writeImage(to: Journal, id: string): Promise<void> {
    const image = get().images.find((candidate) => candidate.id === id);
    const file = this.#files.get(id);
    const files = new Map(file && [[id, file]]);
    this.#images.delete(id);
    try {
      if (!image) {
        await to.removeImage(id);
        if (this.#files.get(id) === file) this.#files.delete(id);
        this.#refused.delete(id);
        this.#kept.delete(id);
        return;
      }
      const write = (some: ReadonlyMap<string, Blob>) => to.putImage(recordOf(image), some.get(id));
      this.#done(files, await withWhatCanBeKept(files, write));
    } catch (thrown) {
      this.#images.add(id);
      throw thrown;
    }
  }
}

/**
 * Writes something with those of its files that can be kept, and says of each what became of it. Where there is no room for files,
 * the rest is kept without them. One that can no longer be read fails what it is written with, each time: that is written without it.
 */
async function withWhatCanBeKept(
  files: ReadonlyMap<string, Blob>,
  write: (some: ReadonlyMap<string, Blob>) => Promise<void>,
): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>();
  let some = files;
  while (some.size > 0 && get().filesKept) {
    try {
      await write(some);
      for (const id of some.keys()) fates.set(id, 'kept');
      return fates;
    } catch (thrown) {
      if (errorData(thrown).code === 'storage-full') {
        useStore.setState({ filesKept: false });
        break;
      }
      const left = new Map<string, Blob>();
      for (const [id, file] of some) {
        if (await isWhole(file)) left.set(id, file);
        else fates.set(id, 'unreadable');
      }
      // It was not for a file that it failed.
      if (left.size === some.size) throw thrown;
      some = left;
    }
  }
  await write(new Map());
  for (const id of some.keys()) fates.set(id, 'no room');
  return fates;
}

/** Has it said, or no longer said, that an image's file cannot be kept. */
function sayUnkept(id: string, so: boolean): void {
  const { unkept } = get();
  if (so === unkept.includes(id)) return;
  useStore.setState({ unkept: so ? [...unkept, id] : unkept.filter((other) => other !== id) });
}
