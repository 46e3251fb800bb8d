/** An event of the log in words. */

import { TYPE_NAMES } from '../../domain/cellType';
import { plural } from '../../domain/plural';
import type { Change, EditKind, ReviewEvent } from '../../domain/review/events';

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

/** What the changes are about: 'cell 4', '12 cells', '3 images'. */
function subject(changes: readonly Change[]): string {
  const cells = new Set(changes.flatMap((change) => ('cell' in change ? [`${change.image}/${change.cell}`] : [])));
  const [first] = changes;
  if (cells.size === 1 && first && 'cell' in first) return `cell ${first.cell}`;
  if (cells.size > 0) return plural(cells.size, 'cell');
  const images = changes.filter((change) => 'image' in change).length;
  return images > 0 ? plural(images, 'image') : first && 'slide' in first ? `slide ${first.slide || '(unnamed)'}` : '';
}

export function eventTitle(event: ReviewEvent): string {
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
      const about = subject(changes);
      const [first] = changes;
      if (kind === 'split' || kind === 'merge') {
        const gone = changes.filter(({ field }) => field === 'deleted').length;
        return `${WORDS[kind]} ${plural(gone, 'cell')} into ${plural(changes.filter(({ field }) => field === 'made').length, 'cell')}`;
      }
      if (first && (first.field === 'call' || first.field === 'second') && kind !== 'import') {
        const one = new Set(changes.map((change) => change.new)).size === 1;
        return `${WORDS[kind]} ${about}${one ? ` as ${typeOf(first.new)}` : ''}`;
      }
      if (kind === 'slide') return `${WORDS[kind]} ${about}${first?.new ? ` as ${String(first.new)}` : ' to no slide'}`;
      if (first?.field === 'wbc') return `${WORDS[kind]} ${about}: ${first.new ?? 'none'}`;
      if (first?.field === 'scale') {
        return `${WORDS[kind]} ${about}: ${first.new ? `${first.new.umPerPx.toPrecision(4)} µm a px, ${first.new.source}` : 'none'}`;
      }
      return `${WORDS[kind]} ${about}`;
    }
  }
}
