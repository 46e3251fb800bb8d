/**
 * What the disk has not got yet, and in which order it gets it. Each write takes what it writes out of here, as it is at
 * that moment; what the disk refuses is put back and goes with the next try. What is open is read from the store.
 */
import { errorData } from '../domain/errors';
import type { Journal } from '../journal/journal';
import { recordOf } from './records';
import { useStore } from './store';

const get = useStore.getState;

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
    let kept: boolean;
    try {
      kept = await whereThereIsRoom(files.size > 0, (all) =>
        to.replaceAll({ ...session, files: all ? files : new Map<string, Blob>() }),
      );
    } catch (thrown) {
      this.#session = true;
      throw thrown;
    }
    for (const [id, file] of files) this.#done(id, file, kept);
  }

  /** A file is on disk, or there was no room for it. One that was given anew meanwhile is still to be written. */
  #done(id: string, file: Blob, kept: boolean): void {
    if (this.#files.get(id) !== file) return;
    this.#files.delete(id);
    if (kept) this.#refused.delete(id);
    else this.#refused.set(id, file);
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
    this.#images.delete(id);
    let kept = true;
    try {
      if (image) kept = await whereThereIsRoom(!!file, (all) => to.putImage(recordOf(image), all ? file : undefined));
      else await to.removeImage(id);
    } catch (thrown) {
      this.#images.add(id);
      throw thrown;
    }
    if (file) this.#done(id, file, kept);
    if (!image) this.#refused.delete(id);
  }
}

/** Where there is no room for files, the rest is kept without them, and that is said. True where they are kept. */
async function whereThereIsRoom(files: boolean, write: (all: boolean) => Promise<void>): Promise<boolean> {
  if (files && get().filesKept) {
    try {
      await write(true);
      return true;
    } catch (thrown) {
      if (errorData(thrown).code !== 'storage-full') throw thrown;
      useStore.setState({ filesKept: false });
    }
  }
  await write(false);
  return !files;
}
