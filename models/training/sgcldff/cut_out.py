"""Typed val cells cut out to files of their own, with as little margin as other collections leave, and what the app calls them.

python -m sgcldff.cut_out stage --data DIR --margin 0.02 --to IN
npm run analyse -- IN --out OUT --crop
python -m sgcldff.cut_out score --results OUT
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from .constants import TYPES
from .data import Record, extent, instances, read_set
from .results import Results

SETS = ("jtsc", "cellavision", "bccd", "chula_wbc")
"""Those whose cells are outlined or boxed, and typed."""

Box = tuple[float, float, float, float]


def typed_cells(record: Record) -> Iterator[tuple[str, Box]]:
    """Type and box of each cell of a record whose type is known: boxed with it, or the only one."""
    boxed = [(label, (x0, y0, x1, y1)) for label, x0, y0, x1, y1 in record.boxes if label in TYPES]
    if boxed or len(record.types) != 1:
        yield from boxed
        return
    mask = record.mask()
    labels, ids = instances(mask) if mask is not None else (None, [])
    if labels is not None and len(ids) == 1:
        yield record.types[0], extent(labels == ids[0])


def cut(image: np.ndarray, box: Box, margin: float) -> np.ndarray:
    """The square about a box, `margin` of its longer side wider on each side, as far as the image reaches."""
    x0, y0, x1, y1 = box
    half = max(x1 - x0, y1 - y0) * (0.5 + margin)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    rows = slice(max(0, round(y - half)), round(y + half))
    return image[rows, max(0, round(x - half)) : round(x + half)]


def stage(data: Path, margin: float, to: Path) -> int:
    """Writes IN/<set>/<type>/<image>-<n>.png for each typed val cell; returns how many."""
    count = 0
    for name in SETS:
        for record in read_set(data, name):
            if record.split != "val":
                continue
            for k, (type_, box) in enumerate(typed_cells(record)):
                file = to / name / type_ / f"{record.path.stem}-{k}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(cut(record.image(), box, margin)).save(file)
                count += 1
    return count


def score(folder: Path) -> dict[str, tuple[int, float]]:
    """By set, the number of cells and the share whose most probable type is the right one; an image that failed has none."""
    results = Results.read(folder)
    right: dict[str, list[bool]] = {}
    for file in [*results.analysed, *results.failed]:
        name, type_ = PurePosixPath(file).parts[-3:-1]
        cells = results.analysed.get(file, {}).get("cells")
        right.setdefault(name, []).append(bool(cells) and cells[0]["modelType"] == type_)
    return {name: (len(of), float(np.mean(of))) for name, of in sorted(right.items())}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    staged = commands.add_parser("stage")
    staged.add_argument("--data", type=Path, required=True)
    staged.add_argument("--margin", type=float, default=0.02, help="share of the cell's longer side, on each side")
    staged.add_argument("--to", type=Path, required=True)
    scored = commands.add_parser("score")
    scored.add_argument("--results", type=Path, required=True)
    options = parser.parse_args()
    if options.command == "stage":
        print(f"{stage(options.data, options.margin, options.to)} cells")
        return
    for name, (cells, accuracy) in score(options.results).items():
        print(f"{name:12} {cells:4} cells, types {accuracy:.3f}")


if __name__ == "__main__":
    main()
