/** A session's cells -> COCO instances with run-length masks, as pycocotools loads them. */
import { CALL_TYPES } from '../domain/cellType';
import { isUnseen, standingProbability } from '../domain/review/cells';
import { cocoCounts, packCounts } from '../domain/rle';
import { analysedOf, type ExportSession, NOTICE } from './input';

export interface Coco {
  info: Record<string, string | number>;
  licenses: [];
  /** page: of a file of several, from 1. */
  images: { id: number; file_name: string; width: number; height: number; page?: number; pages?: number }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    bbox: [number, number, number, number];
    area: number;
    iscrowd: 0 | 1;
    segmentation: { size: [number, number]; counts: string };
    /** The nucleus, coded the same way. */
    nucleus: { size: [number, number]; counts: string };
    /**
     * The model's probability of this category, whoever the category is by: what average precision takes it for. Left out where
     * the model does not know the category, or never looked at the cell.
     */
    score?: number;
    attributes: { cell: number; by: 'model' | 'person'; model_call: string | null };
  }[];
  categories: { id: number; name: string; supercategory: string }[];
}

/** iscrowd is 0: the masks are of single cells; pycocotools reads their run lengths all the same. */
export function coco(session: ExportSession): Coco {
  const images = analysedOf(session);
  let id = 0;
  return {
    info: {
      description: `${session.app.name} ${session.app.version}. ${NOTICE}`,
      version: session.app.version,
      year: Number(session.saved.slice(0, 4)),
      date_created: session.saved,
    },
    licenses: [],
    images: images.map(({ file, analysis: { width, height }, page, pages }, i) => ({
      ...{ id: i + 1, file_name: file, width, height },
      ...(page !== undefined && pages !== undefined && { page, pages }),
    })),
    annotations: images.flatMap(({ analysis: { width, height }, cells }, i) =>
      cells.map((cell) => {
        const { box, mask, areas } = cell;
        const coded = (atLeast: 1 | 2) => ({
          size: [height, width] as [number, number],
          counts: packCounts(cocoCounts(box, mask, width, height, atLeast)),
        });
        const score = standingProbability(cell);
        return {
          id: ++id,
          image_id: i + 1,
          category_id: CALL_TYPES.indexOf(cell.type) + 1,
          bbox: [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0] as [number, number, number, number],
          area: areas.cell,
          iscrowd: 0 as const,
          segmentation: coded(1),
          nucleus: coded(2),
          ...(score !== null && { score }),
          attributes: { cell: cell.id, by: cell.by, model_call: isUnseen(cell) ? null : cell.modelCall },
        };
      }),
    ),
    categories: CALL_TYPES.map((name, i) => ({ id: i + 1, name, supercategory: 'cell' })),
  };
}
