/** The export button, which saves the bundle of everything, and beside it the menu of single formats and the session. */
import { ChevronDown, Download } from 'lucide-react';
import { plural } from '../../domain/plural';
import { exportSession, type Format } from '../../store/exportSession';
import { clearSession } from '../../store/importSession';
import { useStore } from '../../store/store';
import { Popover } from '../parts/Popover';
import './export.css';

const MENU: [Format, string, string][] = [
  [
    'session',
    'Save the session',
    'One file with everything, photographs too where they fit; open it here or on another machine',
  ],
  ['report', 'Report', 'HTML to read and print: count with intervals, cells by type, changes, how it was made'],
  [
    'csv',
    'Cells as a table',
    'cells.csv: a row a cell with its type, measures and probabilities. In Excel: Data > From Text/CSV',
  ],
  [
    'differential',
    'Differential as a table',
    'differential.csv: a row a type on each slide with its count, share and interval',
  ],
  ['results', 'Results', 'results.json, described in docs/results-format.md'],
  ['geojson', 'GeoJSON', 'Outlines with class and colour, for QuPath'],
  ['coco', 'COCO', 'Instances with run-length masks, for pycocotools'],
  ['png', 'Label maps, PNG', '16-bit: which cell; 8-bit: which part of a cell'],
  ['tiff', 'Label maps, TIFF', 'The same for ImageJ and CellProfiler'],
  ['crops', 'Crops', 'A picture a cell'],
  ['heatmaps', 'Heatmaps', 'The evidence for each cell\u2019s type over its picture'],
];

/** The question before everything is cleared: also what an earlier visit left, which is not on screen. */
function closing(): string {
  const { earlier } = useStore.getState();
  const also = earlier ? ` So is the earlier session that is kept here: ${plural(earlier.images, 'image')}.` : '';
  return `Close this session? Images and decisions are cleared from this browser.${also}`;
}

export function ExportMenu() {
  const results = useStore((state) => state.images.some(({ analysis, error }) => analysis || error));
  const any = useStore((state) => state.images.length > 0);
  const exporting = useStore((state) => state.exporting);
  const exported = useStore((state) => state.exported);
  const blind = useStore((state) => state.reader === 'second');
  const disabled = !results || exporting || blind;
  return (
    <span className="split">
      <button
        type="button"
        onClick={() => void exportSession()}
        disabled={disabled}
        aria-busy={exporting}
        title={
          blind
            ? 'End the second reading first'
            : results
              ? 'Save every format in one zip; photographs are not in it: save the session for those'
              : 'There are no results to save yet'
        }
      >
        <Download size={15} aria-hidden="true" />
        Export
        {exported && (
          <span className="muted">
            {exported.done}/{exported.total}
          </span>
        )}
      </button>
      <Popover
        title="One format alone, or the session"
        label="Save as"
        disabled={!any || exporting || blind}
        button={
          <>
            <ChevronDown size={14} aria-hidden="true" />
            <span className="hidden">Save as…</span>
          </>
        }
      >
        {(close) => (
          <ul className="save-as">
            {MENU.map(([format, name, about]) => (
              <li key={format}>
                <button
                  type="button"
                  className="plain"
                  title={about}
                  onClick={() => {
                    close();
                    void exportSession(format);
                  }}
                >
                  <b>{name}</b>
                  <small className="muted">{about}</small>
                </button>
              </li>
            ))}
            <li>
              <button
                type="button"
                className="plain"
                onClick={() => {
                  close();
                  if (confirm(closing())) void clearSession();
                }}
              >
                <b>Close the session…</b>
                <small className="muted">Clears images and decisions from this browser; save first what you need</small>
              </button>
            </li>
          </ul>
        )}
      </Popover>
    </span>
  );
}
