// What the app has written down of the images it analysed.

/**
 * The analyses in the journal (IndexedDB), one an image.
 * @param {import('@playwright/test').Page} page
 * @returns {Promise<{ width: number, height: number, cells: { x0: number, y0: number, x1: number, y1: number }[] }[]>} cells: their boxes
 */
export function journalled(page) {
  return page.evaluate(async () => {
    const open = indexedDB.open('leukolens');
    await new Promise((resolve) => {
      open.onsuccess = resolve;
    });
    const all = open.result.transaction('images').objectStore('images').getAll();
    await new Promise((resolve) => {
      all.onsuccess = resolve;
    });
    return all.result.flatMap((/** @type {any} */ { analysis }) =>
      analysis
        ? [
            {
              width: analysis.width,
              height: analysis.height,
              cells: analysis.cells.map((/** @type {{ box: object }} */ { box }) => box),
            },
          ]
        : [],
    );
  });
}
