"""Prepares one stored crop a cell from all sets, whatever labels each has, for fast batches."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from . import candidates
from .constants import PLATELET, TYPE_INDEX
from .data import SETS, Record, extent, instances, is_white, read_attributes, read_set
from .readings import LETTERS, NO_CELL, TRUST, readings
from .resample import window
from .saliency import SaliencyHead
from .synth import make_field
from .train_saliency import ellipse_distance

STORED = 300
STORED_DIAMETER = 117.5
"""A third more px than the network's input has, so that a view of a stored crop is as sharp as the app's window of the image itself."""
UNKNOWN = 255
ANY_WHITE_CELL = 254
FALSE_FINDS_PER_FIELD = 4

# How far a set's type labels can be trusted (data README): experts, authors, nobody in particular.
TYPE_TRUST = {"pbc": 1.0, "chula_wbc": 1.0, "jtsc": 0.6, "cellavision": 0.6, "bccd": 0.3, "raabin": 0.3}


@dataclass
class Cell:
    """A cell to cut out: its box in the image, type index (or UNKNOWN, ANY_WHITE_CELL), mask [H, W], and how far its type
    can be trusted where that is not the set's TYPE_TRUST."""

    box: tuple[float, float, float, float]
    type: int
    mask: np.ndarray | None
    name: str
    trust: float | None = None


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection over union of two boxes."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    area = lambda k: (k[2] - k[0]) * (k[3] - k[1])  # noqa: E731
    return w * h / (area(a) + area(b) - w * h)


def masked_cells(record: Record, mask: np.ndarray) -> list[Cell]:
    labels, ids = instances(mask)
    if record.kind == "crop":
        centre = (mask.shape[1] / 2, mask.shape[0] / 2)
        boxes = {i: extent(labels == i) for i in ids}
        ids = sorted(ids, key=lambda i: abs(sum(boxes[i][::2]) / 2 - centre[0]) + abs(sum(boxes[i][1::2]) / 2 - centre[1]))[:1]
    same = len(set(record.types)) == 1
    kind = TYPE_INDEX[record.types[0]] if same else ANY_WHITE_CELL
    return [Cell(extent(labels == i), kind, np.where(labels == i, mask, 0), record.path.name) for i in ids]


def boxed_cells(record: Record, shape: tuple[int, int]) -> list[Cell]:
    cells = []
    for label, *box in record.boxes:
        if not is_white(label):
            continue
        unknown = np.where(ellipse_distance(shape, tuple(box)) < 1.2, UNKNOWN, 0).astype(np.uint8)
        cells.append(Cell(tuple(box), TYPE_INDEX.get(label, ANY_WHITE_CELL), unknown, record.path.name))
    return cells


def as_read(cells: list[Cell], letters: str | None) -> list[Cell]:
    """The white cells of one field with the types that were read for them (readings.py), less those that turned out to be none."""
    if letters is None:
        return cells
    return [
        replace(cell, type=TYPE_INDEX[LETTERS[letter]], trust=TRUST) if letter in LETTERS else cell
        for cell, letter in zip(cells, letters, strict=True)
        if letter != NO_CELL
    ]


def other_cells(record: Record, mask: np.ndarray | None, rng: np.random.Generator) -> list[Cell]:
    """Platelets and one or two red cells a field, as 'platelet/other' with an empty mask."""
    white = [b[1:] for b in record.boxes if is_white(b[0])]
    cells = []
    reds = [b for b in record.boxes if b[0] == "RBC"]
    chosen = [b for b in record.boxes if b[0] == "Platelets"]
    chosen += [reds[i] for i in rng.permutation(len(reds))[:2]]
    for _, *box in chosen:
        if any(overlap(tuple(box), w) > 0.02 for w in white):
            continue
        x0, y0, x1, y1 = (int(v) for v in box)
        if mask is not None and mask[max(y0, 0) : y1, max(x0, 0) : x1].any():
            continue
        shape = record.image().shape[:2]
        empty = np.zeros(shape, np.uint8)
        if mask is None:
            empty[ellipse_distance(shape, tuple(box)) > 1.5] = UNKNOWN
        cells.append(Cell(tuple(box), PLATELET, empty, record.path.name))
    return cells


def false_finds(record: Record, mask: np.ndarray | None, clean: np.ndarray, head: SaliencyHead) -> list[Cell]:
    """What the detector takes for a white cell in a field and is none (dark red cells, clumps, debris), as 'platelet/other'.

    Finds at the field's border are left out: white cells cut off there are often not boxed.
    """
    height, width = clean.shape[:2]
    white = [b[1:] for b in record.boxes if is_white(b[0])]
    cells = []
    for found in candidates.find(*candidates.field_saliency(head, clean)):
        r = found.diameter / 2
        box = (found.x - r, found.y - r, found.x + r, found.y + r)
        if min(box[0], box[1], width - box[2], height - box[3]) < r / 2 or any(overlap(box, w) > 0 for w in white):
            continue
        x0, y0, x1, y1 = (int(v) for v in box)
        if mask is not None and mask[y0:y1, x0:x1].any():
            continue
        cells.append(Cell(box, PLATELET, np.zeros((height, width), np.uint8), record.path.name))
    return cells[:FALSE_FINDS_PER_FIELD]


def cut(clean: np.ndarray, cell: Cell) -> tuple[np.ndarray, np.ndarray, float]:
    """Stored crop uint8 [STORED, STORED, 3], mask uint8 [STORED, STORED], cell diameter in it, px."""
    x0, y0, x1, y1 = cell.box
    diameter = (x1 - x0 + y1 - y0) / 2
    scale = STORED_DIAMETER / diameter
    half = STORED / 2 / scale
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    box = (cx - half, cy - half, cx + half, cy + half)
    image = np.round(255 * window(clean, box, (STORED, STORED), 1.0)).astype(np.uint8)
    mask = np.full((STORED, STORED), UNKNOWN, np.uint8)
    if cell.mask is not None:
        layers = [window((cell.mask == v)[..., None], box, (STORED, STORED), float(v == 0))[..., 0] for v in (0, 1, 2, UNKNOWN)]
        mask = np.array([0, 1, 2, UNKNOWN], np.uint8)[np.argmax(layers, 0)]
    return image, mask, STORED_DIAMETER


def synthetic_fields(count: int, seed: int) -> Iterator[tuple[np.ndarray, list[Cell]]]:
    """Synthetic fields with their cells (exact masks, types), half of them with touching cells."""
    for k in range(count):
        rng = np.random.default_rng((seed, k))
        diameter = float(rng.uniform(60, 90))
        field = make_field(400, 304, seed * 100_003 + k, n_wbc=int(rng.integers(2, 5)), cell_diameter=diameter, touching=k % 2 == 0)
        yield field.image, [
            Cell(tuple(c["box"]), TYPE_INDEX[c["type"]], np.where(field.instances == c["id"], field.classes, 0), f"synth-{k}")
            for c in field.cells
        ]


def cells_of(record: Record, clean: np.ndarray, head: SaliencyHead, rng: np.random.Generator, letters: str | None = None) -> list[Cell]:
    mask = record.mask()
    if record.set == "pbc":
        height, width = clean.shape[:2]
        found = candidates.central(candidates.find(*candidates.field_saliency(head, clean)), width, height)
        r = found.diameter / 2
        return [Cell((found.x - r, found.y - r, found.x + r, found.y + r), TYPE_INDEX[record.types[0]], None, f"images/{record.path.parent.name}/{record.path.name}")]
    cells = as_read(masked_cells(record, mask) if mask is not None else boxed_cells(record, clean.shape[:2]), letters)
    cells += other_cells(record, mask, rng)
    return cells + (false_finds(record, mask, clean, head) if not record.single else [])


def crops_id(columns: dict[str, np.ndarray]) -> str:
    """Names stored crops by which cells they are, in their order: what was made for some of them by their place is of use for no others."""
    text = "\n".join(f"{set_} {split} {name}" for set_, split, name in zip(columns["set"], columns["split"], columns["name"]))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


COLUMNS = ("image", "mask", "diameter", "type", "trust", "set", "split", "group", "name", "attributes")


def prepare(data: Path, saliency: Path, out: Path) -> None:
    """Cuts every cell of every set, and of synthetic fields, and writes them with their labels to `out`."""
    head = SaliencyHead()
    head.load_state_dict(torch.load(saliency)["state"])
    words = read_attributes(data)
    names = list(next(iter(words.values())))
    values = {k: sorted({row[k] for row in words.values()}) for k in names}
    rng = np.random.default_rng(0)
    columns: dict[str, list] = {k: [] for k in COLUMNS}

    def add(clean: np.ndarray, cell: Cell, *labels: object) -> None:
        for key, value in zip(columns, (*cut(clean, cell), cell.type, *labels)):
            columns[key].append(value)

    for set_name in SETS:
        records = read_set(data, set_name)
        letters = readings(records)
        for record in records:
            clean = candidates.clean_image(record.image(), crop=record.single)
            for cell in cells_of(record, clean, head, rng, letters.get(record.path.name)):
                row = words.get(cell.name) if set_name == "pbc" else None
                described = [values[k].index(row[k]) if row else UNKNOWN for k in names]
                trust = 1.0 if cell.type == PLATELET else cell.trust or TYPE_TRUST[set_name]
                add(clean, cell, trust, set_name, record.split, record.group, cell.name, described)
        print(set_name, len(columns["image"]), flush=True)
    for field, cells in synthetic_fields(260, seed=11):
        clean = candidates.clean_image(field, crop=True)
        for cell in cells:
            add(clean, cell, 1.0, "synth", "train", "", cell.name, [UNKNOWN] * len(names))
    print("synth", len(columns["image"]), flush=True)
    arrays = {k: np.array(columns.pop(k)) for k in COLUMNS}  # one after the other: both forms of the images at once are 12 GB
    described_by = {"attribute_names": np.array(names), "attribute_values": np.array([";".join(values[k]) for k in names])}
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(out, **described_by, **arrays)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--saliency", type=Path, default=Path("runs/saliency.pt"))
    parser.add_argument("--out", type=Path, default=Path("runs/crops.npz"))
    options = parser.parse_args()
    prepare(options.data, options.saliency, options.out)


if __name__ == "__main__":
    main()
