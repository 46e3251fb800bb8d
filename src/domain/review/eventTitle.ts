/** An event of the log in words. */
import { TYPE_NAMES } from '../cellType';
import { plural } from '../plural';
import type { Change, EditKind, ReviewEvent } from './events';

const WORDS: Record<EditKind, string> = {
  reclassify: 'typed',
  confirm: 'confirmed',
  'second-reading': 'second reading of',
  add: 'added',
  delete: 'deleted',
  split: 'split',
  merge: 'merged',
  mask: 'outline changed of',
  slide: 'grouped',
  scale: 'scale set of',
  wbc: 'analyser\u2019s count of',
  import: 'imported',
  page: 'another page chosen, dropped what was decided on',
};

const typeOf = (value: unknown) => TYPE_NAMES[value as keyof typeof TYPE_NAMES] ?? 'nothing';

/** Images of the session, as the list names them. */
type Listed = readonly { id: string; path: string }[];

/** ' in field-b.png', ' in 3 images', where there is more than one that could be meant. */
function place(changes: readonly Change[], listed: Listed): string {
  const ids = new Set(changes.flatMap((change) => ('image' in change ? [change.image] : [])));
  const [id] = ids;
  if (id === undefined) return '';
  if (ids.size > 1) return ` in ${plural(ids.size, 'image')}`;
  const image = listed.find((entry) => entry.id === id);
  if (!image) return ' in an image that was removed';
  return listed.length > 1 ? ` in ${image.path}` : '';
}

/** What the changes are about: 'cell 4', '12 cells', 'field-b.png', '3 images'. */
function subject(changes: readonly Change[], listed: Listed): string {
  const cells = new Set(changes.flatMap((change) => ('cell' in change ? [`${change.image}/${change.cell}`] : [])));
  const [first] = changes;
  if (cells.size === 1 && first && 'cell' in first) return `cell ${first.cell}`;
  if (cells.size > 0) return plural(cells.size, 'cell');
  const images = changes.flatMap((change) => ('image' in change ? [change.image] : []));
  const only = images.length === 1 && listed.length > 1 && listed.find(({ id }) => id === images[0]);
  if (only) return only.path;
  return images.length > 0
    ? plural(images.length, 'image')
    : first && 'slide' in first
      ? `slide ${first.slide || '(unnamed)'}`
      : '';
}

/** With the image it is about, where the session has more than one. */
export function eventTitle(event: ReviewEvent, listed: Listed): string {
  switch (event.kind) {
    case 'undo':
      return `undid event ${event.of}`;
    case 'redo':
      return `redid event ${event.of}`;
    case 'sign':
      return `signed off slide ${event.slide || '(unnamed)'}, ${plural(event.images.length, 'image')}, ${event.unreviewed} accepted unseen`;
    case 'reopen':
      return `reopened slide ${event.slide || '(unnamed)'}${event.reason ? `: ${event.reason}` : ''}`;
    case 'remove':
      return `removed ${event.file}`;
    default: {
      const { kind, changes } = event;
      const about = subject(changes, listed);
      const where = place(changes, listed);
      const [first] = changes;
      if (kind === 'split' || kind === 'merge') {
        const gone = changes.filter(({ field }) => field === 'deleted').length;
        return `${WORDS[kind]} ${plural(gone, 'cell')} into ${plural(changes.filter(({ field }) => field === 'made').length, 'cell')}${where}`;
      }
      if (first && (first.field === 'call' || first.field === 'second') && kind !== 'import') {
        const one = new Set(changes.map((change) => change.new)).size === 1;
        return `${WORDS[kind]} ${about}${where}${one ? ` as ${typeOf(first.new)}` : ''}`;
      }
      if (kind === 'slide') return `${WORDS[kind]} ${about}${first?.new ? ` as ${String(first.new)}` : ' to no slide'}`;
      if (first?.field === 'wbc') return `${WORDS[kind]} ${about}: ${first.new ?? 'none'}`;
      if (first?.field === 'scale') {
        return `${WORDS[kind]} ${about}: ${first.new ? `${first.new.umPerPx.toPrecision(4)} µm a px, ${first.new.source}` : 'none'}`;
      }
      return `${WORDS[kind]} ${about}${where}`;
    }
  }
}
