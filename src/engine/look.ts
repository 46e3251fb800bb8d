/** Shows candidates to the network as often as it takes to see each cell whole, by itself, and both ways up. */
import { inBatches } from './batches';
import { partedFrom, sorted, unseenBeside } from './beside';
import type { Candidate } from './candidates/find';
import { alone, calledOther, type Find, looks, type OnDone, place, type Scene, type Subject } from './finds';
import { meanOf, turned } from './network/turned';
import { regionBox } from './results/classMap';

/**
 * A second look is taken where the mask's diameter (log ratio) or centre (diameters) differs this much from what
 * the first assumed. A file of one cell can afford it sooner, and more than once (lookAtOne).
 */
const REFINE = { field: { scale: Math.log(1.2), shift: 0.12 }, crop: { scale: Math.log(1.1), shift: 0.06 } };

/** What the network sees in the candidates, outlined and then seen turned as well. */
export async function lookAtAll(scene: Scene, candidates: Candidate[], onDone: OnDone): Promise<Find[]> {
  let taken = candidates.length;
  // As many again are needed at the end, but for candidates that turn out to be none.
  const finds = await outlined(scene, candidates, (done, total) => {
    taken = total;
    return onDone(done, total + candidates.length);
  });
  return bothWays(scene, finds, (done, total) => onDone(taken + done, taken + total));
}

/**
 * Finds as the mean of what the network sees in them upright and upside down, of which neither is more right: what it is unsure of
 * often differs between the two. On a lab left out of training the types' negative log-likelihood falls from 0.67 to 0.64 (model card).
 */
export async function bothWays(scene: Scene, finds: Find[], onDone: OnDone): Promise<Find[]> {
  const seen: Find[] = [];
  const { pixels, white, network } = scene;
  await inBatches(
    network,
    finds,
    ({ crop }) => ({ pixels, white, box: turned(crop) }),
    (find, output) => {
      const both = meanOf(find.output, output);
      seen.push(place(scene, find.candidate, find.crop, both, find.neighbours) ?? find);
    },
    (done) => onDone(done, finds.length),
  );
  return seen;
}

/**
 * Shows every candidate to the network, and a second time where the first look corrects its size or
 * place or shows that its mask holds a neighbour; parts of a mask behind a neck are looked at by themselves, and
 * are cells of their own, cut off, or left.
 * Candidates in which the network sees no cell are left out.
 */
export async function outlined(scene: Scene, candidates: Candidate[], onDone: OnDone): Promise<Find[]> {
  let [taken, total] = [0, 0];
  const round = async (subjects: Subject[]) => {
    const before = taken;
    total += subjects.length;
    taken = total;
    return looks(scene, subjects, (done) => onDone(before + done, total));
  };
  const first = (await round(candidates.map(alone))).filter((find) => find !== null);
  const parts = scene.crop ? [] : first.flatMap((find) => unseenBeside(scene, find, first));
  const seen = sorted(first, parts, await round(parts));
  const drafts = partedFrom(scene, seen, ({ neighbours }) => neighbours);
  const again = drafts.flatMap((draft) => {
    // Enlarged to a cell's size, a platelet looks like a small lymphocyte: in a crop of one, the first look stands.
    const better = scene.crop && calledOther(draft.find) ? null : corrected(scene, draft.find);
    return better ? [{ draft, subject: { candidate: better, neighbours: draft.find.neighbours } }] : [];
  });
  const second = await round(again.map(({ subject }) => subject));
  again.forEach(({ draft }, k) => {
    draft.find = second[k] ?? draft.find;
  });
  // Where a second look moved a neighbour, the cut between them moves too.
  return partedFrom(scene, drafts, () => []).map(({ find }) => find);
}

/** The candidate as its mask says it should have been cut, or null where the first look was good enough. */
export function corrected(scene: Scene, find: Find): Candidate | null {
  const { cropSize: size } = scene.model.manifest;
  const limits = scene.crop ? REFINE.crop : REFINE.field;
  const box = regionBox(find.region, size);
  if (!box) return null;
  const scale = (find.crop.x1 - find.crop.x0) / size;
  const diameter = ((box.x1 - box.x0 + box.y1 - box.y0) / 2) * scale;
  const x = find.crop.x0 + ((box.x0 + box.x1) / 2) * scale;
  const y = find.crop.y0 + ((box.y0 + box.y1) / 2) * scale;
  const { candidate } = find;
  const shift = Math.hypot(x - candidate.x, y - candidate.y) / diameter;
  if (Math.abs(Math.log(diameter / candidate.diameter)) < limits.scale && shift < limits.shift) return null;
  return { ...candidate, x, y, diameter };
}
