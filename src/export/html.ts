/** Text and tables as HTML. */

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML: whatever a file or a slide is called, it is only ever text. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

type Cell = string | number;
/** Headings, rows and caption as text. */
export const table = (head: readonly string[], rows: readonly (readonly Cell[])[], caption = '') =>
  `<table>${caption && `<caption>${escapeHtml(caption)}</caption>`}<thead><tr>${head
    .map((text) => `<th>${escapeHtml(text)}</th>`)
    .join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(String(cell))}</td>`).join('')}</tr>`)
    .join('')}</tbody></table>`;
