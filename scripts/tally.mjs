// What `npm test` counts: its steps, one after another, with what each passed and failed. A step that did not run is a failed one.

/** @typedef {{ passed: number, failed: number, skipped?: number, note?: string, isNotRun?: boolean }} Result isNotRun: it might be left out, and was */

/** Counts, made to fail where a run says it is bad or ran nothing at all. @param {Result} counts @param {number} status @returns {Result} */
export function honest(counts, status) {
  if (counts.failed > 0) return counts;
  if (counts.passed === 0) return { ...counts, failed: 1, note: 'ran no tests' };
  // A file that does not load has no failed test in it, yet the run failed.
  if (status !== 0) return { ...counts, failed: 1, note: `ended with status ${status}` };
  return counts;
}

/**
 * The result of a step in Python, of what its script wrote (see python.mjs). The one thing that may be NOT RUN is such a step
 * on a machine that has not all it needs: who has a part of that has it for something else.
 * @param {string} name @param {string} output @param {number} status @returns {Result}
 */
export function ofPython(name, output, status) {
  const line = new RegExp(`^${name}: (\\{.*\\})$`, 'm').exec(output)?.[1];
  if (!line) throw new Error(`its script left no result`);
  const { notRun, isAllowed, ...counts } = JSON.parse(line);
  if (!notRun) return honest(counts, status);
  return { passed: 0, failed: isAllowed ? 0 : 1, note: `NOT RUN: ${notRun}`, isNotRun: isAllowed };
}

export class Tally {
  /** @type {(Result & { name: string, seconds: number })[]} */
  results = [];

  /**
   * One named step; whatever it throws is its failure, and the steps after it still run, but for those that need it: they have
   * failed too, since nobody knows what they would have found.
   * @param {string} name @param {string[]} needs names of steps before it @param {() => Promise<Result | void> | Result | void} work
   */
  async step(name, needs, work) {
    console.log(`\n=== ${name}`);
    const start = performance.now();
    /** @type {Result} */
    let result;
    const missing = needs.filter((need) => !this.results.some((step) => step.name === need && step.failed === 0));
    try {
      if (missing.length > 0) throw new Error(`NOT RUN: it needs what failed (${missing.join(', ')})`);
      result = (await work()) ?? { passed: 1, failed: 0 };
    } catch (error) {
      result = { passed: 0, failed: 1, note: error instanceof Error ? error.message : String(error) };
      console.log(`FAILED: ${result.note}`);
    }
    this.results.push({ name, seconds: (performance.now() - start) / 1000, ...result });
  }

  get passed() {
    return this.results.reduce((sum, { passed }) => sum + passed, 0);
  }

  get failed() {
    return this.results.reduce((sum, { failed }) => sum + failed, 0);
  }

  /** Lines of the summary: the steps, what was left out in a box nobody overlooks, and `N passed, N failed`. */
  summary() {
    /** @param {string[]} columns */
    const row = ([name = '', time = '', ...counts]) =>
      name.padEnd(22) + time.padStart(8) + counts.map((count, i) => count.padStart(i < 2 ? 8 : 9)).join('');
    const lines = ['', row(['step', 'time', 'passed', 'failed', 'skipped'])];
    let total = 0;
    for (const { name, seconds, passed, failed, skipped = 0, note = '' } of this.results) {
      total += seconds;
      lines.push(`${row([name, `${seconds.toFixed(1)} s`, `${passed}`, `${failed}`, `${skipped}`])}  ${note}`);
    }
    lines.push(row(['all', `${total.toFixed(1)} s`]));
    const left = this.results.filter(({ isNotRun }) => isNotRun).map(({ name, note }) => `${name}: ${note}`);
    return [...lines, ...boxed(left), '', `${this.passed} passed, ${this.failed} failed`];
  }
}

/** Nothing where there is nothing to say. @param {string[]} lines */
export function boxed(lines) {
  if (lines.length === 0) return [];
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '#'.repeat(width + 4);
  return ['', edge, ...lines.map((line) => `# ${line.padEnd(width)} #`), edge];
}
