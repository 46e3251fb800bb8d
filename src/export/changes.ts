/** What people did to the cells that are exported, in numbers: what stands, not what was tried and taken back. */
import type { Change, EditKind } from '../domain/review/events';
import { standingEdits } from '../domain/review/stacks';
import type { ExportSession } from './input';

export interface Changes {
  /** Cells. */
  added: number;
  deleted: number;
  redrawn: number;
  /** From annotations. */
  imported: number;
  /** Times. */
  splits: number;
  merges: number;
  undone: number;
}

export function changesOf({ state, images }: ExportSession): Changes {
  const listed = new Set(images.map(({ id }) => id));
  const edits = standingEdits(state.events)
    .map(({ kind, changes }) => ({ kind, changes: changes.filter((c) => 'image' in c && listed.has(c.image)) }))
    .filter(({ changes }) => changes.length > 0);
  const of = (kind: EditKind) => edits.filter((edit) => edit.kind === kind);
  const cells = (kinds: EditKind[], field: Change['field']) =>
    new Set(
      kinds
        .flatMap(of)
        .flatMap(({ changes }) =>
          changes.flatMap((c) => ('cell' in c && c.field === field ? [`${c.image}/${c.cell}`] : [])),
        ),
    ).size;
  return {
    added: cells(['add'], 'made'),
    deleted: cells(['delete'], 'deleted'),
    redrawn: cells(['mask', 'import'], 'shape'),
    imported: cells(['import'], 'made'),
    splits: of('split').length,
    merges: of('merge').length,
    undone: state.events.reduce((sum, { kind }) => sum + Number(kind === 'undo') - Number(kind === 'redo'), 0),
  };
}
