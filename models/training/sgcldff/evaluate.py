"""Measures what the app found: reads the results of `npm run analyse` and a labelled set's truth.

python -m sgcldff.evaluate stage --data DIR --set jtsc --to IN       links the split's images into IN
npm run analyse -- IN --out OUT --crop                               (without --crop for bccd, chula_wbc, raabin)
python -m sgcldff.evaluate score --data DIR --set jtsc --results OUT [--json FILE]

Every figure comes with a 95 % bootstrap interval over images (1000 resamples, seeded); pictures of one cell, of which Chula has many, are drawn
together (takes.py).
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from .constants import TYPES
from .crops import overlap
from .data import Record, extent, instances, is_white, read_attributes, read_set
from .figures import NOTHING_SAID, Row, confusion, figures, has_types, interval
from .metrics import dice
from .readings import readings, with_types
from .results import Results
from .stress import STRESSES, stressed
from .takes import takes

MATCH_IOU = 0.5


def name_of(record: Record, root: Path) -> str:
    return record.path.relative_to(root / record.set / "images").as_posix()


def stage(data: Path, name: str, split: str, to: Path, stress: str | None = None, scale: float = 1.0) -> int:
    """Links (or copies) the images of one split into a folder, or writes them `stressed` or with `scale` times the px there; returns how many."""
    records = [r for r in read_set(data, name) if r.split == split]
    for record in records:
        target = to / name_of(record, data)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if stress or scale != 1:
            image = Image.fromarray(stressed(record.image(), stress) if stress else record.image())
            size = (round(image.width * scale), round(image.height * scale))
            # Without loss, whatever the name ends in: the app tells formats by their bytes.
            image.resize(size, Image.Resampling.LANCZOS).save(target, "PNG")
            continue
        try:
            target.hardlink_to(record.path)
        except OSError:
            shutil.copyfile(record.path, target)
    return len(records)


def matched(truth: list[tuple[float, ...]], found: list[tuple[float, ...]]) -> list[tuple[int, int]]:
    """Greedy one-to-one pairs (truth, found) of boxes, best overlap first, at IoU >= 0.5."""
    pairs = [(overlap(t, f), i, j) for i, t in enumerate(truth) for j, f in enumerate(found)]
    taken_i: set[int] = set()
    taken_j: set[int] = set()
    result = []
    for iou, i, j in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if iou >= MATCH_IOU and i not in taken_i and j not in taken_j:
            taken_i.add(i)
            taken_j.add(j)
            result.append((i, j))
    return result


def label_map(file: Path, size: tuple[int, int]) -> np.ndarray:
    """An exported label map [H, W] at the truth's size (width, height), which is another where `stage` scaled the image."""
    image = Image.open(file)
    return np.asarray(image if image.size == size else image.resize(size, Image.Resampling.NEAREST))


def crop_row(record: Record, entry: dict, folder: Path, words: dict[str, str] | None = None) -> Row:
    """A crop of one cell: its type, its Dice where it is masked, its attributes where it is described."""
    cell = entry["cells"][0]
    row: Row = {"typed": [], "cell_dice": [], "nucleus_dice": []}
    if words:
        row["words"] = [(name, value, cell["attributes"][name]["value"]) for name, value in words.items()]
    if len(record.types) == 1:
        row["typed"] = [typed(record.types[0], cell)]
    truth = record.mask()
    if truth is not None:
        found = label_map(folder / entry["classesFile"], truth.shape[::-1])
        row["cell_dice"] = [dice(found > 0, truth > 0)]
        row["nucleus_dice"] = [dice(found == 2, truth == 2)]
    return row


def missing_row(record: Record, words: dict[str, str] | None = None) -> Row:
    """An image without a result: its cells were missed, its masks not drawn, its type not named, nothing described."""
    row: Row = {"typed": [], "cell_dice": [], "nucleus_dice": []}
    if words:
        row["words"] = [(name, value, NOTHING_SAID) for name, value in words.items()]
    if record.single:
        if len(record.types) == 1:
            row["typed"] = [(TYPES.index(record.types[0]), -1, 0.0, False, 0.0)]
        if record.mask_path is not None:
            row["cell_dice"], row["nucleus_dice"] = [0.0], [0.0]
        return row
    mask = record.mask()
    white = [b for b in record.boxes if is_white(b[0])]
    row["counts"] = (0, 0, len(instances(mask)[1]) if mask is not None else len(white))
    return row


def typed(truth: str, cell: dict) -> tuple[int, int, float, bool, float]:
    """(true type, called type, confidence, call kept, sureness) of one cell.

    Sureness orders the cells for abstention: confidence, less where the cell is unlike the training cells.
    """
    sureness = cell["confidence"] / max(1.0, cell["novelty"])
    return TYPES.index(truth), TYPES.index(cell["modelType"]), cell["confidence"], cell["type"] != "unidentified", sureness


def field_row(record: Record, entry: dict, folder: Path) -> Row:
    """A field: detection by boxes, Dice of matched cells where masked, types of matched cells."""
    cells = [c for c in entry["cells"] if c["modelType"] != "platelet"]
    with Image.open(record.path) as image:
        scale = image.width / entry["width"]
    found = [tuple(v * scale for v in c["box"]) for c in cells]
    truth_mask = record.mask()
    row: Row = {"typed": [], "cell_dice": [], "nucleus_dice": []}
    if truth_mask is not None:
        labels, ids = instances(truth_mask)
        truth = [extent(labels == i) for i in ids]
    else:
        boxes = [b for b in record.boxes if is_white(b[0])]
        truth = [b[1:] for b in boxes]
    pairs = matched(truth, found)
    row["counts"] = (len(pairs), len(found) - len(pairs), len(truth) - len(pairs))
    if truth_mask is not None:
        maps = label_map(folder / entry["cellsFile"], truth_mask.shape[::-1])
        classes = label_map(folder / entry["classesFile"], truth_mask.shape[::-1])
        for i, j in pairs:
            region, mine = labels == ids[i], maps == cells[j]["id"]
            row["cell_dice"].append(dice(mine, region))
            row["nucleus_dice"].append(dice(mine & (classes == 2), region & (truth_mask == 2)))
        if len(set(record.types)) == 1:
            row["typed"] = [typed(record.types[0], cells[j]) for _, j in pairs]
    else:
        row["typed"] = [typed(boxes[i][0], cells[j]) for i, j in pairs if boxes[i][0] in TYPES]
    return row


def score(data: Path, name: str, folder: Path, split: str) -> tuple[dict, list[Row], list[str]]:
    """Figures with intervals, rows, and complaints (images failed or not analysed)."""
    results = Results.read(folder)
    rows, complaints = [], []
    words = read_attributes(data) if name == "pbc" else {}
    records = read_set(data, name)
    # Raabin's cells have no types but these; the other sets' figures are of what was published with them.
    letters = readings(records) if name == "raabin" else {}
    of_split = [r for r in records if r.split == split]
    shown = takes(name, [r.path.name for r in of_split])
    for record in of_split:
        if record.path.name in letters:
            record = with_types(record, letters[record.path.name])
        file = name_of(record, data)
        entry, described = results.analysed.get(file), words.get(f"images/{file}")
        if entry is None:
            complaints.append(f"{file}: {results.failed.get(file, 'not in the results')}")
            rows.append(missing_row(record, described))
            continue
        rows.append(crop_row(record, entry, folder, described) if record.single else field_row(record, entry, folder))
    if len(complaints) == len(rows):
        raise SystemExit(f"{folder} holds no result of the {split} split of {name}: was `stage` run, then analyse?")
    if len(set(shown)) < len(shown):
        rows = [row | {"take": int(take)} for row, take in zip(rows, shown)]
    table = {k: {"value": f(rows), "interval": interval(rows, f)} for k, f in figures(name, rows).items()}
    table["images"] = {"value": len(rows)}
    return {"set": name, "split": split, "model": results.model, "figures": table}, rows, complaints


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in ("stage", "score"):
        sub = commands.add_parser(command)
        sub.add_argument("--data", type=Path, required=True)
        sub.add_argument("--set", required=True)
        sub.add_argument("--split", default="val")
        if command == "stage":
            sub.add_argument("--to", type=Path, required=True)
            sub.add_argument("--stress", choices=STRESSES, help="change the images as another scope or stain might")
            sub.add_argument("--scale", type=float, default=1.0, help="give the images so many times the px, as another camera would")
        else:
            sub.add_argument("--results", type=Path, required=True)
            sub.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.command == "stage":
        print(f"{stage(options.data, options.set, options.split, options.to, options.stress, options.scale)} images in {options.to}")
        return
    summary, rows, complaints = score(options.data, options.set, options.results, options.split)
    print(f"{options.set} {options.split}: {len(rows)} images, model {summary['model']}")
    for key, figure in summary["figures"].items():
        if "interval" in figure:
            low, high = figure["interval"]
            print(f"  {key:<28} {figure['value']:.4f}   [{low:.4f}, {high:.4f}]")
    if has_types(rows):
        print(confusion(rows))
    for line in complaints:
        print("  missing:", line)
    if options.json:
        options.json.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
