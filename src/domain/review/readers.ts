/** Who has read: the log knows, since each type in it has a name. */
import type { ReviewEvent } from './events';

/** Names of those who typed or confirmed cells as the first reader, in the order in which they came; nameless ones left out. */
export function firstReaders(log: readonly ReviewEvent[]): string[] {
  const names = log
    .filter(({ kind }) => kind === 'reclassify' || kind === 'confirm')
    .map(({ who }) => who.trim())
    .filter((who) => who !== '');
  return [...new Set(names)];
}
