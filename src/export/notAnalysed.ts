/** Files of the session with neither a result nor an error, and pages that were not looked at: nothing else in an export would tell that they were there. */
import { plural } from '../domain/plural';
import type { ExportSession, SessionImage } from './input';

export interface NotAnalysed {
  file: string;
  /** 'stopped': by a person. 'duplicate': the same bytes as another file, which is the one that counts. */
  why: 'waiting' | 'stopped' | 'duplicate';
}

/** Files that are named; of more their number is said. */
const NAMED = 3;

const whyOf = ({ status }: SessionImage): NotAnalysed['why'] =>
  status === 'duplicate' ? 'duplicate' : status === 'cancelled' ? 'stopped' : 'waiting';

/** In the order of the list. */
export function notAnalysed({ state }: Pick<ExportSession, 'state'>): NotAnalysed[] {
  const without = state.images.filter(({ analysis, error }) => !analysis && !error);
  return without.map((image) => ({ file: image.path, why: whyOf(image) }));
}

/** Pages of files that are in no count, in a sentence; empty where there are none. */
function pagesTexts({ state }: Pick<ExportSession, 'state'>): string[] {
  // One file may be in the list more than once, each time with another of its pages.
  const stacks = new Map<unknown, { path: string; all: number; pages: Set<number> }>();
  for (const { analysis, path, page, pages, sha256 } of state.images) {
    if (!analysis || !(Number(pages) > 1)) continue;
    const stack = stacks.get(sha256 || path) ?? { path, all: Number(pages), pages: new Set() };
    stacks.set(sha256 || path, { ...stack, pages: stack.pages.add(Number(page ?? 0) + 1) });
  }
  const part = [...stacks.values()].filter(({ all, pages }) => pages.size < all);
  if (part.length === 0) return [];
  const list = names(
    part.map(({ path, all, pages }) => {
      const numbers = [...pages].sort((a, b) => a - b).join(', ');
      return `${path}: page ${numbers} of ${all}`;
    }),
  );
  return [
    `${plural(part.length, 'file')} ${part.length === 1 ? 'has' : 'have'} pages that were not analysed (${list}): they are in no count.`,
  ];
}

/** The same in sentences, for people. */
export function notAnalysedTexts(session: Pick<ExportSession, 'state'>): string[] {
  const all = notAnalysed(session);
  const twice = all.filter(({ why }) => why === 'duplicate').map(({ file }) => file);
  const open = all.filter(({ why }) => why !== 'duplicate').map(({ file }) => file);
  const texts: string[] = [];
  if (open.length === 1) texts.push(`1 file was not analysed (${names(open)}): it is in no count.`);
  if (open.length > 1) texts.push(`${open.length} files were not analysed (${names(open)}): they are in no count.`);
  if (twice.length === 1) texts.push(`1 file is the same as another (${names(twice)}): it is counted once.`);
  if (twice.length > 1)
    texts.push(`${twice.length} files are the same as others (${names(twice)}): each is counted once.`);
  return [...texts, ...pagesTexts(session)];
}

function names(files: readonly string[]): string {
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : '';
  return `${files.slice(0, NAMED).join(', ')}${more}`;
}
