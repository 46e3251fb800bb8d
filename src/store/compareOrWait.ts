/** Annotations opened together: compared at once, or, where images they are about are still to be analysed, once these are. */
import { type ErrorData, errorData } from '../domain/errors';
import { type Found, isToCome, type Opened, showComparison, together } from './annotations';
import { type State, useStore } from './store';

/** Files that could not be opened and whose reason is said; of more their number is. */
const SAID = 3;

/** What was found in files opened together, and why nothing was in others. */
export interface OpenedTogether {
  annotations: readonly Opened[];
  problems: readonly ErrorData[];
}

/** Each entry was opened together; with what was said of it. */
let early: { annotations: readonly Opened[]; notes: State['notes'] }[] = [];
let unwatch: (() => void) | null = null;

/** Compares annotations as soon as that can be done; what is wrong with a file is said on screen, and nothing of it was taken then. */
export function compareOrWait({ annotations, problems }: OpenedTogether): void {
  if (!annotations.some((opened) => opened.isEarly())) {
    compareAll(annotations, problems);
    return;
  }
  sayAll(problems);
  const [first, ...others] = annotations;
  const name = others.length > 0 ? `${annotations.length} files of annotations are` : `${first?.name} is`;
  const notes = { title: `${name} compared as soon as the images in question are analysed.`, lines: [] };
  useStore.setState({ notes });
  early.push({ annotations, notes });
  unwatch ??= watch();
}

/** Lets go of what waits: its images are closed. */
export function forgetEarly(): void {
  early = [];
  unwatch?.();
  unwatch = null;
}

/** Looks again whenever an image is done, has failed or is gone: not at each step of one that is in work. */
function watch(): () => void {
  const key = ({ images, reader }: State) => `${images.filter(isToCome).length} ${images.length} ${reader}`;
  return useStore.subscribe((now, before) => {
    if (now.images === before.images && now.reader === before.reader) return;
    // The comparison shows the model's types, which a second reader must not see.
    if (key(now) !== key(before) && now.reader === 'first') compareReady();
  });
}

function compareReady(): void {
  const ready = early.filter(({ annotations }) => !annotations.some((opened) => opened.isEarly()));
  if (ready.length === 0) return;
  early = early.filter((entry) => !ready.includes(entry));
  if (early.length === 0) forgetEarly();
  for (const { annotations, notes } of ready) {
    if (useStore.getState().notes === notes) useStore.setState({ notes: null });
    compareAll(annotations, []);
  }
}

/** Those of all the files together: of GeoJSON there is one an image. */
function compareAll(annotations: readonly Opened[], before: readonly ErrorData[]): void {
  const found: Found[] = [];
  const problems = [...before];
  for (const { name, read } of annotations) {
    try {
      found.push({ name, ...read() });
    } catch (thrown) {
      problems.push(problemOf(name, thrown));
    }
  }
  if (found.length > 0) {
    const all = together(found);
    try {
      showComparison(all);
    } catch (thrown) {
      problems.push(problemOf(all.name, thrown));
    }
  }
  sayAll(problems);
}

/** What went wrong with a file of this name. */
export function problemOf(name: string, thrown: unknown): ErrorData {
  const error = errorData(thrown);
  return { ...error, message: `${name}: ${error.message}` };
}

function sayAll(problems: readonly ErrorData[]): void {
  const [first] = problems;
  if (!first) return;
  const more = problems.length > SAID ? ` And ${problems.length - SAID} more.` : '';
  const messages = problems.slice(0, SAID).map(({ message }) => message);
  useStore.setState({ problem: { ...first, message: `${messages.join(' ')}${more}` } });
}
