// Opens each sample smear in the built app and reads the table of its cells, in any browser that can run a script in a page.

/**
 * A window of some browser. run: evaluates an expression in the page; what it gives must survive JSON.
 * @typedef {{ name: string, go(url: string): Promise<void>, run(expression: string): Promise<unknown>, picture(file: string): Promise<void>, close(): Promise<void> }} Tab
 */
/** @typedef {{ type: string, probability: number, cell: number, nucleus: number }} Row areas in px; probability in percent */
/** @typedef {{ backend: string, samples: Record<string, Row[]> }} Seen */

const PATIENCE = 180_000;
const LOOKS = 500;

/** @param {Tab} tab @param {string} expression what it waits for to be true @param {string} what */
async function until(tab, expression, what) {
  const end = Date.now() + PATIENCE;
  while (!(await tab.run(expression))) {
    if (Date.now() > end) throw new Error(`${tab.name}: waited ${PATIENCE / 1000} s for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, LOOKS));
  }
}

/** Figures are shown in groups of digits, and with < where they are too small to be told. @param {string} text */
const number = (text) => Number.parseFloat(text.replace(/[^\d.]/g, ''));

/** @param {Tab} tab @param {string} url of the app @param {string} backend @param {string[]} titles of samples @returns {Promise<Seen>} */
export async function see(tab, url, backend, titles) {
  /** @type {Seen} */
  const seen = { backend: '', samples: {} };
  for (const title of titles) {
    await tab.go(`${url}?keep=0&backend=${backend}`);
    const button = `[...document.querySelectorAll('button')].find((b) => b.textContent.includes(${JSON.stringify(title)}))`;
    await until(tab, `Boolean(${button})`, `the sample "${title}"`);
    await tab.run(`${button}.click()`);
    await until(tab, `document.body.innerText.includes('1 image analysed')`, `the cells of "${title}"`);
    const rows = /** @type {string[][]} */ (
      await tab.run(
        `[...document.querySelectorAll('table[aria-label="Cells"] tbody tr:not([aria-hidden])')].map((r) => [...r.cells].map((c) => c.textContent.trim()))`,
      )
    );
    seen.samples[title] = rows.map(([, type = '', , probability = '', , cell = '', nucleus = '']) => ({
      type,
      probability: number(probability),
      cell: number(cell),
      nucleus: number(nucleus),
    }));
    seen.backend = String(
      await tab.run(
        `['WebGPU', 'WebAssembly'].find((n) => document.querySelector('header').textContent.includes(n)) ?? ''`,
      ),
    );
  }
  return seen;
}

/** What of `seen` is not as in `reference`, in words. @param {Seen} seen @param {Seen} reference @param {{ points: number, share: number }} most percentage points and share of an area that may differ */
export function differences(seen, reference, most) {
  return Object.entries(reference.samples).flatMap(([title, rows]) => {
    const mine = seen.samples[title] ?? [];
    if (mine.length !== rows.length) return [`${title}: ${mine.length} cells, not ${rows.length}`];
    return rows.flatMap((row, i) => {
      const other = /** @type {Row} */ (mine[i]);
      const far = (/** @type {'cell' | 'nucleus'} */ part) =>
        !(Math.abs(other[part] - row[part]) <= most.share * row[part]);
      const wrong = other.type !== row.type || !(Math.abs(other.probability - row.probability) <= most.points);
      return wrong || far('cell') || far('nucleus')
        ? [`${title}, cell ${i + 1}: ${JSON.stringify(other)}, not ${JSON.stringify(row)}`]
        : [];
    });
  });
}
