"""Trains the saliency head on reduced fields and crops: python -m sgcldff.train_saliency --data DIR.

Masks teach it exactly; boxes teach an ellipse with an undecided rim; PBC's white-cell crops teach
their centre, its platelet crops that platelets are no cells.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

from . import white_point
from .augment import stain_jitter
from .cues import cues
from .data import Record, extent, instances, is_white, read_set
from .resample import window
from .saliency import SaliencyHead
from .synth import make_field

PATCH = 96
STORED_DIAMETER = 80.0
UNKNOWN = 255
DIAMETERS = (14.0, 95.0)


@dataclass
class Source:
    """A white-pointed image, reduced so that its cells are at most 80 px wide, with its targets.

    image: uint8 [H, W, 3]; target: uint8 [2, H, W] (cell, core; 0, 1 or UNKNOWN).
    """

    set: str
    image: np.ndarray
    target: np.ndarray
    centres: list[tuple[float, float]]
    diameter: float


def ellipse_distance(shape: tuple[int, int], box: tuple[float, ...]) -> np.ndarray:
    """[H, W] distance from the box's centre, 1 on the ellipse inscribed in the box."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    x0, y0, x1, y1 = box
    return np.hypot((x - (x0 + x1) / 2) / ((x1 - x0) / 2), (y - (y0 + y1) / 2) / ((y1 - y0) / 2))


def masked_targets(labels: np.ndarray, ids: list[int]) -> tuple[np.ndarray, list[tuple[float, ...]]]:
    """Exact targets from labelled cells: the cell, and its core (inner half by distance to the border)."""
    target = np.zeros((2, *labels.shape), np.uint8)
    boxes = []
    for i in ids:
        region = labels == i
        boxes.append(extent(region))
        depth = ndimage.distance_transform_edt(np.pad(region, 1, mode="edge"))[1:-1, 1:-1]
        target[0][region] = 1
        target[1][depth > 0.45 * depth.max()] = 1
    return target, boxes


def boxed_targets(shape: tuple[int, int], boxes: list[tuple[float, ...]]) -> np.ndarray:
    """Targets from boxes: an ellipse with an undecided rim."""
    target = np.zeros((2, *shape), np.uint8)
    for box in boxes:
        distance = ellipse_distance(shape, box)
        for channel, (inside, outside) in enumerate(((0.78, 1.12), (0.4, 0.65))):
            layer = target[channel]
            layer[(distance < outside) & (layer == 0)] = UNKNOWN
            layer[distance < inside] = 1
    return target


def source_of(record: Record) -> Source | None:
    """Prepares one record, or None where it teaches nothing about saliency."""
    image = record.image()
    shape = image.shape[:2]
    mask = record.mask()
    white_cells = [b[1:] for b in record.boxes if is_white(b[0])]
    if mask is not None:
        target, boxes = masked_targets(*instances(mask))
        if record.kind == "crop":
            # Only the central cell is masked in crops; neighbours are left undecided by colour.
            dark = image.astype(float).mean(2) < 0.75 * np.percentile(image.mean(2), 95)
            target[0][(target[0] == 0) & dark & (ndimage.distance_transform_edt(target[0] == 0) > 4)] = UNKNOWN
    elif white_cells:
        target, boxes = boxed_targets(shape, white_cells), white_cells
    elif record.set == "pbc":
        centre = ellipse_distance(shape, (58.5, 58.5, 133.5, 133.5))
        target = np.full((2, *shape), UNKNOWN, np.uint8)
        if record.types == ["platelet"]:
            target[:, centre < 1.6] = 0
        else:
            target[0][centre < 0.6] = 1
            target[1][centre < 0.35] = 1
        boxes = [(58.5, 58.5, 133.5, 133.5)]
    else:
        target, boxes = np.zeros((2, *shape), np.uint8), []
    return prepare(record.set, image, target, boxes, surface=record.kind == "field")


def synthetic_sources(count: int, seed: int) -> list[Source]:
    """Synthetic fields: exact instances, half of them with touching cells, some with none."""
    sources = []
    for k in range(count):
        rng = np.random.default_rng((seed, k))
        diameter = float(rng.uniform(36, 78))
        empty = bool(rng.random() < 0.08)
        cells = None if empty else int(rng.integers(2, 6))
        field = make_field(400, 304, seed * 100_003 + k, n_wbc=cells, cell_diameter=diameter, touching=k % 2 == 0, empty=empty)
        ids = [cell["id"] for cell in field.cells]
        target, boxes = masked_targets(field.instances, ids)
        sources.append(prepare("synth", field.image, target, boxes, surface=False))
    return sources


def prepare(name: str, image: np.ndarray, target: np.ndarray, boxes: list[tuple[float, ...]], surface: bool) -> Source:
    """White-points and reduces an image with its targets; boxes are its white cells'."""
    shape = image.shape[:2]
    diameters = [(b[2] - b[0] + b[3] - b[1]) / 2 for b in boxes] or [150.0]
    diameter = float(np.median(diameters))
    white = white_point.estimate(image, surface)
    clean = white_point.apply(image, white)
    factor = max(1.0, diameter / STORED_DIAMETER)
    size = (max(8, round(shape[1] / factor)), max(8, round(shape[0] / factor)))
    box = (0, 0, shape[1], shape[0])
    stored = np.round(255 * window(clean, box, size, 1.0)).astype(np.uint8)
    layers = []
    for layer in target:
        known = window((layer != UNKNOWN)[..., None], box, size, 1.0)[..., 0] > 0.99
        value = window((layer == 1)[..., None], box, size, 0.0)[..., 0] > 0.5
        layers.append(np.where(known | value, value, UNKNOWN).astype(np.uint8))
    fx, fy = size[0] / shape[1], size[1] / shape[0]
    centres = [((b[0] + b[2]) / 2 * fx, (b[1] + b[3]) / 2 * fy) for b in boxes]
    return Source(name, stored, np.stack(layers), centres, diameter * fx)


def patch(source: Source, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """A random PATCH x PATCH view: image [3, P, P] in [0, 1], target [2, P, P] (0, 1, UNKNOWN)."""
    diameter = np.exp(rng.uniform(*np.log(DIAMETERS)))
    side = max(8, int(round(PATCH * source.diameter / diameter)))
    height, width = source.image.shape[:2]
    if source.centres and rng.random() < 0.75:
        cx, cy = source.centres[rng.integers(len(source.centres))]
        cx, cy = cx + rng.uniform(-0.4, 0.4) * side, cy + rng.uniform(-0.4, 0.4) * side
    else:
        cx, cy = rng.uniform(0, width), rng.uniform(0, height)
    x0, y0 = int(cx - side / 2), int(cy - side / 2)
    image = np.full((side, side, 3), 255, np.uint8)
    target = np.zeros((2, side, side), np.uint8)
    ax, ay, bx, by = max(x0, 0), max(y0, 0), min(x0 + side, width), min(y0 + side, height)
    if bx > ax and by > ay:
        image[ay - y0 : by - y0, ax - x0 : bx - x0] = source.image[ay:by, ax:bx]
        target[:, ay - y0 : by - y0, ax - x0 : bx - x0] = source.target[:, ay:by, ax:bx]
    rgb = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
    rgb = F.interpolate(rgb, size=(PATCH, PATCH), mode="bilinear", antialias=side > PATCH, align_corners=False)[0]
    goal = F.interpolate(torch.from_numpy(target)[None].float(), size=(PATCH, PATCH), mode="nearest")[0]
    turns, flip = int(rng.integers(4)), rng.random() < 0.5
    both = torch.rot90(torch.cat([rgb, goal]), turns, (1, 2))
    both = both.flip(2) if flip else both
    return both[:3].clamp(0, 1), both[3:]


def loss_of(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over decided pixels plus Dice of each channel. logits, target: [B, 2, H, W]."""
    known = (target != UNKNOWN).float()
    goal = (target == 1).float()
    weight = known * (1 + goal)
    entropy = (F.binary_cross_entropy_with_logits(logits, goal, reduction="none") * weight).sum() / weight.sum()
    p = torch.sigmoid(logits) * known
    overlap = 2 * (p * goal).sum((0, 2, 3)) + 1
    return entropy + (1 - overlap / (p.sum((0, 2, 3)) + goal.sum((0, 2, 3)) + 1)).mean()


SHARES = {"bccd": 0.24, "chula_wbc": 0.22, "cellavision": 0.10, "jtsc": 0.09, "raabin": 0.08, "pbc": 0.11, "synth": 0.16}


def load(data: Path, split: str, pbc_limit: int) -> dict[str, list[Source]]:
    rng = np.random.default_rng(0)
    found: dict[str, list[Source]] = {}
    for name in SHARES:
        if name == "synth":
            found[name] = synthetic_sources(120, seed=7)
            continue
        records = [r for r in read_set(data, name) if r.split == split]
        if name == "pbc" and len(records) > pbc_limit:
            records = [records[i] for i in rng.choice(len(records), pbc_limit, replace=False)]
        found[name] = [s for s in map(source_of, records) if s]
    return found


def train_head(data: Path, out: Path, minutes: float, batch: int = 32, seed: int = 1) -> None:
    """Trains the head for some minutes on the train split and writes it to `out`."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    sources = load(data, "train", 800)
    print({k: len(v) for k, v in sources.items()}, flush=True)
    head = SaliencyHead()
    optimiser = torch.optim.AdamW(head.parameters(), lr=4e-3, weight_decay=1e-3)
    names, shares = list(SHARES), np.array(list(SHARES.values()))
    start, step, mean = time.time(), 0, None
    while (done := (time.time() - start) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 4e-3 * min(1, step / 50) * (0.5 * (1 + np.cos(np.pi * done)) + 0.01)
        picks = rng.choice(len(names), batch, p=shares / shares.sum())
        pairs = [patch(sources[names[k]][rng.integers(len(sources[names[k]]))], rng) for k in picks]
        rgb = stain_jitter(torch.stack([p[0] for p in pairs]), generator)
        loss = loss_of(head(cues(rgb)), torch.stack([p[1] for p in pairs]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 100 == 0:
            print(f"step {step}  loss {mean:.4f}  {minutes * (1 - done):.1f} min left", flush=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"state": head.state_dict(), "steps": step, "seed": seed}, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/saliency.pt"))
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    train_head(options.data, options.out, options.minutes, options.batch, options.seed)


if __name__ == "__main__":
    main()
