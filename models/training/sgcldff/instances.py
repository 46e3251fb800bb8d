"""Instance F1 of what the app found on synthetic fields against what the generator drew.

python -m sgcldff.synth --out TRUTH --fields 100 --seed 2000 --touching
cp TRUTH/field-??????.png IN                       (the images alone)
npm run analyse -- IN --out OUT
python -m sgcldff.instances --truth TRUTH --results OUT
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from .results import Results

MATCH_IOU = 0.5


def overlaps(truth: np.ndarray, found: np.ndarray) -> dict[tuple[int, int], float]:
    """Intersection over union of every pair of instances (ids > 0) that share a px."""
    pairs, shared = np.unique(np.stack([truth.ravel(), found.ravel()]), axis=1, return_counts=True)
    sizes = [dict(zip(*np.unique(a, return_counts=True))) for a in (truth, found)]
    return {
        (int(t), int(f)): int(n) / (sizes[0][t] + sizes[1][f] - int(n))
        for (t, f), n in zip(pairs.T, shared)
        if t and f
    }


def score(truth: np.ndarray, found: np.ndarray) -> dict[str, int]:
    """True positives (IoU of at least one half: at most one match each), false positives, misses."""
    matched = sum(int(iou >= MATCH_IOU) for iou in overlaps(truth, found).values())
    count = [len(np.unique(a[a > 0])) for a in (truth, found)]
    return {"true": matched, "false": count[1] - matched, "missed": count[0] - matched}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m sgcldff.instances", description=__doc__)
    parser.add_argument("--truth", type=Path, required=True, help="folder that sgcldff.synth wrote")
    parser.add_argument("--results", type=Path, required=True, help="folder that npm run analyse wrote")
    args = parser.parse_args()
    total = {"true": 0, "false": 0, "missed": 0}
    touching = {"true": 0, "missed": 0}
    fields = 0
    results = Results.read(args.results)
    # Every field that was to be looked at counts, whether or not it was.
    for description in sorted(args.truth.glob("*.json")):
        field = json.loads(description.read_text())
        if "image" not in field:
            continue
        image = results.analysed.get(field["image"])
        truth = np.asarray(Image.open(args.truth / field["instances"]))
        found = np.asarray(Image.open(args.results / image["cellsFile"])) if image else np.zeros_like(truth)
        fields += 1
        if not image:
            print(f"{field['image']}: {results.failed.get(field['image'], 'not in the results')}")
        for key, value in score(truth, found).items():
            total[key] += value
        if any(field.get("contacts", [])):
            ids = {i for pair in field["contacts"] for i in pair}
            part = np.where(np.isin(truth, list(ids)), truth, 0)
            result = score(part, found)
            touching["true"] += result["true"]
            touching["missed"] += result["missed"]
        wrong = score(truth, found)
        if wrong["false"] or wrong["missed"]:
            print(f"{field['image']}: {wrong['false']} false, {wrong['missed']} missed")
    f1 = 2 * total["true"] / max(1, 2 * total["true"] + total["false"] + total["missed"])
    print(f"{fields} fields: F1 {f1:.4f} at IoU {MATCH_IOU} ({total})")
    cells = touching["true"] + touching["missed"]
    print(f"touching cells found: {touching['true']} of {cells} ({touching['true'] / max(1, cells):.4f})")


if __name__ == "__main__":
    main()
