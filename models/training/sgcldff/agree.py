"""Does the app compute what PyTorch does? The same windows of the same images, through the network as shipped.

python -m sgcldff.agree --data DIR --set jtsc --results OUT --checkpoint runs/model11.pt

Reads the windows from the results of `npm run analyse`, cuts them with the training code, runs the network with its
weights rounded as they are shipped on each window and the same upside down, and prints the share of cells of the same type, the largest difference of a type's
probability, and where the set is masked both sides' mean Dice.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy import ndimage

from .calibrate import temperatures
from .candidates import clean_image
from .constants import CROP_SIZE, TYPES
from .data import Record, read_set
from .evaluate import name_of
from .fold import as_shipped, fold
from .metrics import dice
from .novelty import Novelty
from .pseudo import load
from .resample import window
from .results import Results
from .unfold import read_arrays


def centred(inside: np.ndarray) -> np.ndarray:
    """The component of a boolean [S, S] with most px near the centre, holes filled."""
    labels, count = ndimage.label(inside)
    if count == 0:
        return inside
    y, x = np.mgrid[: inside.shape[0], : inside.shape[1]] - (inside.shape[0] - 1) / 2
    near = np.exp(-(x**2 + y**2) / (2 * (inside.shape[0] / 6) ** 2))
    best = 1 + int(np.argmax(ndimage.sum_labels(near, labels, np.arange(1, count + 1))))
    return ndimage.binary_fill_holes(labels == best)


def on_image(probabilities: np.ndarray, crop: list[float], shape: tuple[int, int]) -> np.ndarray:
    """Class map [H, W] of the image from class probabilities [3, S, S] of the window `crop`."""
    height, width = shape
    scale = CROP_SIZE / (crop[2] - crop[0])
    y, x = np.mgrid[:height, :width] + 0.5
    at = [(y - crop[1]) * scale - 0.5, (x - crop[0]) * scale - 0.5]
    region = centred(probabilities.argmax(0) > 0)
    layers = [ndimage.map_coordinates(p, at, order=1, mode="constant", cval=float(k == 0)) for k, p in enumerate(probabilities)]
    kept = ndimage.map_coordinates(ndimage.binary_dilation(region).astype(float), at, order=0, mode="constant")
    return np.where(kept > 0.5, np.argmax(layers, 0), 0)


class Reading:
    """What the shipped model's manifest and arrays make of logits."""

    def __init__(self, folder: Path):
        arrays, manifest = read_arrays(folder)
        self.known = Novelty(arrays["novelty.w"], arrays["novelty.means"])
        self.calibration = manifest["calibration"]

    def temperature(self, features: np.ndarray) -> float:
        """What divides the logits of a cell with these features [1, C]."""
        c = self.calibration
        return float(temperatures(self.known.distance(features) / c["maxDistance"], c["temperature"], c["temperatureExponent"])[0])


@torch.no_grad()
def compare(model: torch.nn.Module, reading: Reading, record: Record, entry: dict, folder: Path, field: bool) -> list[dict]:
    """One row a cell: types of both sides, the largest difference of probability, Dice of both where masked."""
    clean = clean_image(record.image(), crop=not field)
    truth = record.mask() if record.kind == "crop" else None
    rows = []
    for cell in entry["cells"]:
        crop = window(clean, tuple(cell["crop"]), (CROP_SIZE, CROP_SIZE), 1.0)
        image = torch.from_numpy(crop).permute(2, 0, 1)[None]
        one, other = model(image), model(image.flip(2, 3))
        types, features = (one.types + other.types)[0] / 2, (one.features + other.features) / 2
        probabilities = (types / reading.temperature(features.numpy())).softmax(0).numpy()
        theirs = np.array([cell["probabilities"][t] for t in TYPES])
        row = {"same": TYPES[int(probabilities.argmax())] == cell["modelType"], "difference": float(np.abs(probabilities - theirs).max())}
        if truth is not None:
            segmentation = (one.segmentation + other.segmentation.flip(2, 3)) / 2
            mine = on_image(segmentation[0].softmax(0).numpy(), cell["crop"], truth.shape)
            app = np.asarray(Image.open(folder / entry["classesFile"]))
            row["torch"] = (dice(mine > 0, truth > 0), dice(mine == 2, truth == 2))
            row["app"] = (dice(app > 0, truth > 0), dice(app == 2, truth == 2))
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument("--split", default="val")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True, help="the one that the app's weights were converted from")
    parser.add_argument("--model", type=Path, default=Path("../sg-cldff-v5"), help="the shipped model: its calibration")
    options = parser.parse_args()
    model = load(options.checkpoint)
    model = as_shipped(model, fold(model))
    reading = Reading(options.model)
    entries = Results.read(options.results).analysed
    rows = []
    for record in read_set(options.data, options.set):
        entry = entries.get(name_of(record, options.data))
        if record.split == options.split and entry:
            # The app takes every file of these sets for a field, but those of one cell (analyse --crop).
            rows += compare(model, reading, record, entry, options.results, not record.single)
    if not rows:
        raise SystemExit(f"{options.results} holds no cell of the {options.split} split of {options.set}")
    differences = np.array([r["difference"] for r in rows])
    print(f"{options.set}: {len(rows)} cells, same type {np.mean([r['same'] for r in rows]):.4f}, probability differs by {np.median(differences):.1e} (median), {differences.max():.1e} (most)")
    masked = [r for r in rows if "torch" in r]
    if masked:
        for k, name in enumerate(("cell", "nucleus")):
            print(f"{name} Dice: PyTorch {np.mean([r['torch'][k] for r in masked]):.4f}, app {np.mean([r['app'][k] for r in masked]):.4f}")


if __name__ == "__main__":
    main()
