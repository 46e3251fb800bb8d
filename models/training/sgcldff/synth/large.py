"""A whole-slide-like field put together from many synthetic ones, with its cells lying on the seams of the app's tiles.

python -m sgcldff.synth.large --out DIR [--width 12000 --height 9000]     writes large.jpg and large.json (cells' boxes)
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from .field import make_field

FIELD = (640, 480)
KINDS = 12
"""Different fields of each kind; a slide has more, but these take a while to draw."""


def make_large(width, height, on_columns, on_rows, seed=0, cell_diameter=70):
    """Image [height, width, 3] and boxes of whole cells; fields that contain one of these columns or rows have cells."""
    w, h = FIELD
    common = {"stain": "pink", "cell_diameter": cell_diameter}
    with_cells = [make_field(w, h, seed + k, **common) for k in range(KINDS)]
    without = [make_field(w, h, seed + 100 + k, empty=True, **common) for k in range(KINDS)]
    image = np.empty((height, width, 3), np.uint8)
    boxes = []
    for row, y in enumerate(range(0, height, h)):
        for column, x in enumerate(range(0, width, w)):
            wanted = any(x <= at < x + w for at in on_columns) or any(y <= at < y + h for at in on_rows)
            field = (with_cells if wanted else without)[(row * 7 + column * 3) % KINDS]
            bottom, right = min(height, y + h), min(width, x + w)
            image[y:bottom, x:right] = field.image[: bottom - y, : right - x]
            for x0, y0, x1, y1 in [cell["box"] for cell in field.cells] if wanted else []:
                # Cells that their own small field cuts are cut here too, and are nobody's whole cell.
                if x0 > 0 and y0 > 0 and x1 < w and y1 < h and x + x1 < width and y + y1 < height:
                    boxes.append([x + x0, y + y0, x + x1, y + y1])
    return image, boxes


def main():
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m sgcldff.synth.large", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, default=12_000)
    parser.add_argument("--height", type=int, default=9_000)
    # Seams of the app's tiles for 12 000 x 9 000 px (candidates/grid.ts: every 672 grid px of 4.5 px).
    parser.add_argument("--columns", type=int, nargs="*", default=[3024, 9072])
    parser.add_argument("--rows", type=int, nargs="*", default=[6048])
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    image, boxes = make_large(args.width, args.height, args.columns, args.rows)
    Image.fromarray(image).save(args.out / "large.jpg", quality=90)
    (args.out / "large.json").write_text(json.dumps(
        {"width": args.width, "height": args.height, "columns": args.columns, "rows": args.rows, "boxes": boxes}))
    print(f"{args.width} x {args.height} px, {len(boxes)} whole cells, in {args.out}")


if __name__ == "__main__":
    main()
