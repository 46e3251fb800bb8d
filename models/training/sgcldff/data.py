"""Reads the labelled sets (labels.csv, images, three-class masks) as plain records."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

SETS = ("pbc", "bccd", "jtsc", "cellavision", "chula_wbc", "raabin")


@dataclass
class Record:
    """One labelled image. boxes: (label, x0, y0, x1, y1), px of the file."""

    set: str
    path: Path
    split: str
    types: list[str]
    kind: str
    group: str
    mask_path: Path | None
    boxes: list[tuple[str, float, float, float, float]] = field(default_factory=list)

    @property
    def single(self) -> bool:
        """Whether it is a picture of one centred cell. Raabin's are called crops, and hold any number of cells anywhere."""
        return self.kind == "crop" and self.set != "raabin"

    def image(self) -> np.ndarray:
        """uint8 [H, W, 3]."""
        return np.asarray(Image.open(self.path).convert("RGB"))

    def mask(self) -> np.ndarray | None:
        """uint8 [H, W]: 0 background, 1 cytoplasm, 2 nucleus; None where not masked."""
        return None if self.mask_path is None else np.asarray(Image.open(self.mask_path))


def is_white(label: str) -> bool:
    """Whether a box's label means a white cell."""
    return label not in ("RBC", "Platelets")


def read_set(root: Path, name: str) -> list[Record]:
    """All records of one set; raises FileNotFoundError with the path it looked for."""
    table = root / name / "labels.csv"
    if not table.exists():
        raise FileNotFoundError(f"{table} not found: give --data the folder that holds {', '.join(SETS)}")
    records = []
    with table.open(newline="") as stream:
        for row in csv.DictReader(stream):
            boxes = [(b["label"], *map(float, b["box"])) for b in json.loads(row["boxes_json"] or "[]")]
            records.append(
                Record(
                    set=name,
                    path=root / name / row["file"],
                    split=row["split"],
                    types=[t for t in row["class"].split(";") if t],
                    kind=row["kind"],
                    group=row["group"],
                    mask_path=root / name / row["mask3_file"] if row["mask3_file"] else None,
                    boxes=boxes,
                )
            )
    return records


def read_attributes(root: Path) -> dict[str, dict[str, str]]:
    """WBCAtt's 11 morphology attributes by PBC file name (images/...)."""
    with (root / "pbc" / "attributes.csv").open(newline="") as stream:
        return {row.pop("file"): row for row in csv.DictReader(stream)}


def instances(mask: np.ndarray, min_area: int = 200) -> tuple[np.ndarray, list[int]]:
    """Connected components of a cell mask (cytoplasm or nucleus); specks under min_area dropped.

    Returns labels int32 [H, W] and the ids kept.
    """
    labels, count = ndimage.label(mask > 0, structure=np.ones((3, 3)))
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    return labels, [i for i in range(1, count + 1) if areas[i] >= min_area]


def extent(region: np.ndarray) -> tuple[float, float, float, float]:
    """Half-open box (x0, y0, x1, y1) of a boolean [H, W] region."""
    rows, columns = np.flatnonzero(region.any(1)), np.flatnonzero(region.any(0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
