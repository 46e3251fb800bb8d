// macOS may write a name with its accents apart: annotations made elsewhere are of the same image.
import { expect, test } from 'vitest';
import { readCoco } from './coco';
import { readGeojson } from './geojson';

const [apart, together] = ['fe\u0308ld.png', 'f\u00ebld.png'];
const other = { id: 'b', name: 'b.png', path: 'b.png', width: 200, height: 60 };
const listed = (name: string) => [{ id: 'a', name, path: `set/${name}`, width: 200, height: 60 }, other];
const box = { image_id: 1, category_id: 1, bbox: [120, 10, 40, 40] };
const categories = [{ id: 1, name: 'neutrophil' }];

test.each([
  ['apart here', apart, together],
  ['apart there', together, apart],
])('an image whose accents are %s is found', (_, here, there) => {
  const known = listed(here);
  for (const file_name of [there, `set/${there}`]) {
    const found = readCoco(
      { images: [{ id: 1, file_name, width: 200, height: 60 }], categories, annotations: [box] },
      known,
    );
    expect(found).toMatchObject({ images: [{ imageId: 'a', annotations: [{}] }], leftOut: [] });
  }
  for (const file of [`${there}.geojson`, there.replace('.png', '.geojson'), `set/${there}.geojson`]) {
    const found = readGeojson({ type: 'FeatureCollection', features: [] }, file, known, null);
    expect(found.images[0]?.imageId).toBe('a');
  }
});
