/** Runtimes in turn on the goldens' crops, round after round, so that a busy machine is unfair to all of them alike. */

import type { Window } from '../../../src/domain/pixels';
import { windowOf } from '../../../src/engine/network/shown';
import { type Counts, takeCounts } from './counts';
import type { Runner } from './runner';

export interface Row {
  kind: string;
  batch: number;
  firstMs: number;
  times: number[];
  counts: Counts;
  /** Largest difference of the type logits to PyTorch's. */
  difference: number;
}

async function goldens(folder: string) {
  const entries: { crop: number; name: string; shape: number[]; offset: number }[] = await (
    await fetch(`${folder}golden/golden.json`)
  ).json();
  const bytes = await (await fetch(`${folder}golden/golden.bin`)).arrayBuffer();
  return (crop: number, name: string) => {
    const entry = entries.find((e) => e.crop === crop && e.name === name);
    if (!entry) throw new Error(`no golden ${name}`);
    return new Float32Array(
      bytes,
      entry.offset,
      entry.shape.reduce((a, b) => a * b, 1),
    );
  };
}

export interface Rounds {
  kinds: string[];
  batches: number[];
  rounds: number;
  /** Address of the model's folder. */
  folder: string;
}

/** Times and counts of every kind at every batch, each after a first run. */
export async function timeRounds(
  { kinds, batches, rounds, folder }: Rounds,
  makeRunner: (kind: string, folder: string, batch: number) => Promise<Runner>,
): Promise<Row[]> {
  const want = await goldens(folder);
  const rows: Row[] = [];
  for (const batch of batches) {
    const length = want(0, 'input').length;
    const crops = new Float32Array(length * batch);
    const windows: Window[] = [];
    for (let k = 0; k < batch; k++) {
      const crop = want(k % 2, 'input');
      crops.set(crop, k * length);
      windows.push(windowOf(Uint8Array.from(crop, (v) => Math.round(v * 255))));
    }
    const runners = new Map<string, Runner>();
    const own: Row[] = [];
    for (const kind of kinds) {
      takeCounts();
      const started = performance.now();
      const runner = await makeRunner(kind, folder, batch);
      const types = await runner.run({ windows, crops });
      const made = takeCounts();
      let difference = 0;
      types.forEach((v, i) => {
        difference = Math.max(difference, Math.abs(v - (want(Math.floor(i / 8) % 2, 'types')[i % 8] as number)));
      });
      runners.set(kind, runner);
      const row = { kind, batch, firstMs: performance.now() - started, times: [], counts: made, difference };
      own.push(row);
      console.log(
        `${kind}, batch ${batch}: first run ${Math.round(row.firstMs)} ms, logits off by ${difference.toExponential(1)}`,
      );
    }
    for (let round = 0; round < rounds; round++) {
      for (const row of own) {
        const runner = runners.get(row.kind) as Runner;
        takeCounts();
        const started = performance.now();
        await runner.run({ windows, crops });
        row.times.push(performance.now() - started);
        const run = takeCounts();
        // Memory is what was made to get going; the rest is of one warm run.
        const { bytesCreated, bytesHeld } = row.counts;
        const recordMs = round === 0 ? run.recordMs : Math.min(row.counts.recordMs, run.recordMs);
        const bytesBound = runner.touches?.(batch) ?? run.bytesBound;
        row.counts = { ...run, recordMs, bytesBound, bytesCreated, bytesHeld };
      }
    }
    for (const runner of runners.values()) await runner.dispose();
    rows.push(...own);
  }
  return rows;
}
