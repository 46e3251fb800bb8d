// Every measure that is exported is the cell's own, in its own unit: against what follows from the mask by hand.
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { csv } from './csv';
import { exampleSession } from './example.fixture';
import { geojson } from './geojson';
import { analysedOf } from './input';
import { type ImageAnalysed, results } from './results';

const session = exampleSession();
const [scaled, ...others] = analysedOf(session).sort((a, b) => Number(b.scale !== null) - Number(a.scale !== null));
const colours = { nucleus: [101, 52, 153], cytoplasm: [204, 155, 206] } as const;
const pictures = Object.fromEntries(
  scaled!.cells.map(({ id }) => [
    id,
    { colours: { nucleus: [...colours.nucleus], cytoplasm: [...colours.cytoplasm] } },
  ]),
);
const input = { ...session, images: [{ ...scaled!, pictures }, ...others] } as typeof session;
const UM = 0.108;

test('areas, diameters, ratios and colours are those of the part that they are named after', () => {
  expect(scaled!.scale?.umPerPx).toBe(UM);
  const cells = (results(input).images[0] as ImageAnalysed).cells;
  const rows = Papa.parse<Record<string, string>>(csv(input), { header: true }).data;
  const outlines = geojson(scaled!).features;
  expect(cells.length).toBeGreaterThan(5);
  for (const [i, { id, areas, measures }] of cells.entries()) {
    const { cell, nucleus } = areas;
    const circle = (area: number) => Math.sqrt((4 * area) / Math.PI);
    expect(nucleus, `${id}`).toBeGreaterThan(0);
    expect(measures!.um!.cellArea).toBeCloseTo(cell * UM ** 2, 5);
    expect(measures!.um!.nucleusArea).toBeCloseTo(nucleus * UM ** 2, 5);
    expect(measures!.um!.equivalentDiameter).toBeCloseTo(circle(cell) * UM, 5);
    expect(measures!.equivalentDiameter).toBeCloseTo(circle(cell), 5);
    expect(measures!.nucleusEquivalentDiameter).toBeCloseTo(circle(nucleus), 5);
    expect(measures!.nucleusToCytoplasm).toBeCloseTo(nucleus / (cell - nucleus), 5);
    expect(measures).toMatchObject({ nucleusColour: colours.nucleus, cytoplasmColour: colours.cytoplasm });

    const row = rows[i]!;
    expect(row.cell).toBe(`${id}`);
    const figure = (column: string) => Number(row[column]);
    expect(row).toMatchObject({ cell_area_px: `${cell}`, nucleus_area_px: `${nucleus}` });
    expect(figure('cell_area_um2')).toBeCloseTo(cell * UM ** 2, 3);
    expect(figure('nucleus_area_um2')).toBeCloseTo(nucleus * UM ** 2, 3);
    expect(figure('equivalent_diameter_um')).toBeCloseTo(circle(cell) * UM, 3);
    expect(figure('equivalent_diameter_px')).toBeCloseTo(circle(cell), 3);
    expect(figure('nucleus_to_cytoplasm')).toBeCloseTo(nucleus / (cell - nucleus), 3);
    expect(figure('circularity')).toBeCloseTo(measures!.circularity, 3);
    expect(figure('solidity')).toBeCloseTo(measures!.solidity, 3);
    expect(figure('nucleus_circularity')).toBeCloseTo(measures!.nucleusCircularity!, 3);
    expect(figure('nucleus_solidity')).toBeCloseTo(measures!.nucleusSolidity!, 3);
    for (const part of ['nucleus', 'cytoplasm'] as const) {
      const said = (['red', 'green', 'blue'] as const).map((channel) => figure(`${part}_${channel}`));
      expect(said).toEqual(colours[part]);
    }

    const { measurements } = outlines.find(({ properties: { name } }) => name === `Cell ${id}`)!.properties;
    const ratio = Object.entries(measurements as Record<string, number>).find(([name]) =>
      /Nucleus\/Cytoplasm area ratio/.test(name),
    )?.[1];
    expect(ratio).toBeCloseTo(nucleus / (cell - nucleus), 3);
  }
});
