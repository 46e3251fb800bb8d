/** Who has read: the log knows, since each type in it has a name. */
import type { ReviewEvent } from './events';
import { standingEdits } from './stacks';

/** Names of those who typed or confirmed cells as the first reader, in the order in which they came; nameless ones left out. */
export function firstReaders(log: readonly ReviewEvent[]): string[] {
  return named(log.filter(({ kind }) => kind === 'reclassify' || kind === 'confirm'));
}

/** The same of the second readers whose types stand. */
export function secondReaders(log: readonly ReviewEvent[]): string[] {
  return named(standingEdits(log).filter(({ kind }) => kind === 'second-reading'));
}

function named(events: readonly ReviewEvent[]): string[] {
  return [...new Set(events.map(({ who }) => who.trim()).filter((who) => who !== ''))];
}

/** By `image/cell`: whose the type of a cell is that stands, the first reader's (`call`) and the second's (`second`); empty of the nameless. */
export function namesByCell(log: readonly ReviewEvent[]): Map<string, Partial<Record<'call' | 'second', string>>> {
  const names = new Map<string, Partial<Record<'call' | 'second', string>>>();
  for (const { who, changes } of standingEdits(log)) {
    for (const change of changes) {
      if (!('cell' in change) || (change.field !== 'call' && change.field !== 'second')) continue;
      const cell = `${change.image}/${change.cell}`;
      names.set(cell, { ...names.get(cell), [change.field]: who.trim() });
    }
  }
  return names;
}
