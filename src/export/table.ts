/** How all tables are written. */
import type Papa from 'papaparse';

/** RFC 4180: lines end in CRLF; text that starts like a formula to a spreadsheet, on however many lines, gets an apostrophe before it. */
export const RFC_4180: Papa.UnparseConfig = { newline: '\r\n', escapeFormulae: /^[=+\-@\t\r]/ };
