"""Goldens: synthetic inputs with what every stage must make of them, computed by PyTorch.

golden/golden.json lists the arrays (name, shape, offset in golden.bin, float32) of one crop's every
stage, of a second crop's ends, and of what the network makes of a window of the first (WINDOW); golden/detector.json holds white point, resampling and candidates
of inputs that both sides make from a formula. No real image is in them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import candidates, white_point
from .constants import CROP_SIDE_PER_DIAMETER, CROP_SIZE, TYPES
from .cues import cues
from .fold import Arrays, as_shipped
from .network import SgCldff
from .novelty import Novelty
from .resample import window
from .synth import make_field
from .white_point import WhitePoint


GOLDEN_CELLS = ((5, 0), (6, 1))
"""Seed of a synthetic field and the cell of it that is cut out, for each golden crop."""


def synthetic_crop(seed: int, cell: int) -> np.ndarray:
    """White-pointed crop of one cell of a synthetic field: uint8 [160, 160, 3]."""
    field = make_field(400, 304, seed, n_wbc=3, cell_diameter=76, jpeg_quality=0)
    clean = candidates.clean_image(field.image, crop=True)
    x0, y0, x1, y1 = field.cells[cell]["box"]
    half = CROP_SIDE_PER_DIAMETER * (x1 - x0 + y1 - y0) / 4
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    crop = window(clean, (cx - half, cy - half, cx + half, cy + half), (CROP_SIZE, CROP_SIZE), 1.0)
    return np.round(255 * crop).clip(0, 255).astype(np.uint8)


@torch.no_grad()
def stages(model: SgCldff, crop: np.ndarray) -> dict[str, np.ndarray]:
    """Every stage of one crop [H, W, 3] in [0, 1], channels last, float32."""
    rgb = torch.from_numpy(crop.astype(np.float32)).permute(2, 0, 1)[None]
    out = model(rgb)
    cams = torch.stack([model.grad_cam(out.evidence, torch.tensor([k]))[0] for k in range(len(TYPES))])
    last = lambda x: x[0].permute(1, 2, 0).numpy()  # noqa: E731
    return {
        "input": rgb[0].permute(1, 2, 0).numpy(),
        "cues": last(cues(F.avg_pool2d(rgb, 2))),
        "saliency": last(out.saliency),
        **{f"scale{k + 1}": last(x) for k, x in enumerate(out.scales)},
        "fused": last(out.fused),
        "evidence": last(out.evidence),
        "segmentation": last(out.segmentation),
        "weights": last(out.weights),
        "features": out.features[0].numpy(),
        "types": out.types[0].numpy(),
        "attributes": torch.cat([v[0] for v in out.attributes.values()]).numpy() if out.attributes else np.zeros(0, np.float32),
        "cams": cams.numpy(),
    }


ENDS = ("input", "segmentation", "types", "cams")

WINDOW_BOX = (-30.5, -20.25, 178.5, 188.75)
WINDOW_WHITE = WhitePoint(
    np.array([0.9, 0.85, 0.95]),
    np.array([[0.9, 0.85, 0.95], [0.05, -0.05, 0.02], [-0.02, 0.04, 0.01], [-0.15, -0.1, -0.2], [0.03, 0.0, -0.03], [-0.1, -0.2, -0.1]]),
)
"""The first golden crop taken for an image: reduced, on an uneven white, the window reaching out of it on all sides."""
FIELD_SIDE = 80
"""px each way of the same window as a field in which cells are looked for."""


def pattern(width: int, height: int) -> np.ndarray:
    """The formula image that both sides make: uint8 [H, W, 3], dark blobs on an uneven ground."""
    y, x, c = np.mgrid[:height, :width, :3]
    ground = 236 - (x * (12 + 4 * c)) // width - (y * 22) // height
    blob = ((x // 37 + y // 41) % 5 == 0) & ((x % 37) > 8) & ((y % 41) > 9)
    return np.where(blob, ground // 2 + (x * 7 + y * 3 + c * 11) % 32, ground - (x * 5 + y * 7 + c) % 6).astype(np.uint8)


def blobs_map(width: int, height: int, blobs: list[list[float]]) -> np.ndarray:
    """Cell and core maps [2, H, W] of soft discs [x, y, radius]."""
    y, x = np.mgrid[:height, :width] + 0.5
    maps = np.zeros((2, height, width))
    for cx, cy, r in blobs:
        distance = np.hypot(x - cx, y - cy)
        maps[0] = np.maximum(maps[0], np.clip(0.5 + (r - distance) / 4, 0, 1))
        maps[1] = np.maximum(maps[1], np.clip(0.5 + (0.5 * r - distance) / 4, 0, 1))
    return maps


def detector_golden() -> dict:
    """White point, resampling and candidates of formula inputs, as plain lists."""
    field, crop = pattern(470, 330), pattern(150, 130)
    surface, constant = white_point.estimate(field, True), white_point.estimate(crop, False)
    box = (-11.5, 20.25, 133.0, 164.75)
    clean = white_point.apply(field, surface)
    blobs = [[40, 30, 14], [62, 34, 13], [120, 60, 20], [8, 80, 12], [150, 15, 2.5], [90, 20, 9], [90, 33, 7]]
    found = candidates.find(blobs_map(160, 96, blobs), 3.0)
    return {
        "whiteSurface": {"size": [470, 330], "constant": surface.constant.tolist(), "surface": surface.surface.tolist()},
        "whiteConstant": {"size": [150, 130], "constant": constant.constant.tolist()},
        "window": {"box": list(box), "size": [24, 24], "values": window(clean, box, (24, 24), 1.0).round(5).ravel().tolist()},
        "candidates": {"size": [160, 96], "factor": 3.0, "blobs": blobs, "found": [vars(k) for k in found]},
    }


@torch.no_grad()
def field_maps(model: SgCldff, crop: np.ndarray) -> dict[str, np.ndarray]:
    """Probabilities of cell and of core, [FIELD_SIDE, FIELD_SIDE] each, where the window is a field; crop uint8 [H, W, 3]."""
    shown = window(white_point.apply(crop, WINDOW_WHITE), WINDOW_BOX, (FIELD_SIDE, FIELD_SIDE), 1.0)
    rgb = torch.from_numpy(shown).permute(2, 0, 1)[None]
    cells, cores = torch.sigmoid(model.saliency(cues(rgb)))[0].numpy()
    return {"field": cells, "fieldCores": cores}


def window_stages(model: SgCldff, crop: np.ndarray) -> dict[str, np.ndarray]:
    """The window's box [4], its white [7, 3] (constant, then the surface's coefficients), its ends, and its maps as a field; crop uint8 [H, W, 3]."""
    shown = window(white_point.apply(crop, WINDOW_WHITE), WINDOW_BOX, (CROP_SIZE, CROP_SIZE), 1.0)
    ends = stages(model, shown)
    white = np.concatenate([WINDOW_WHITE.constant[None], WINDOW_WHITE.surface])
    kept = {name: ends[name] for name in ("types", "features", "saliency")}
    return {"box": np.array(WINDOW_BOX), "white": white, **kept, **field_maps(model, crop)}


def write_goldens(model: SgCldff, arrays: Arrays, out: Path) -> None:
    shipped = as_shipped(model, arrays)
    out.mkdir(parents=True, exist_ok=True)
    entries, data = [], bytearray()

    def add(crop: int, name: str, value: np.ndarray) -> None:
        entries.append({"crop": crop, "name": name, "shape": list(value.shape), "offset": len(data)})
        data.extend(np.ascontiguousarray(value, "<f4").tobytes())

    for crop, (seed, cell) in enumerate(GOLDEN_CELLS):
        values = stages(shipped, synthetic_crop(seed, cell) / 255)
        if "novelty.w" in arrays:
            rounded = (arrays[k].astype(np.float16).astype(np.float32) for k in ("novelty.w", "novelty.means"))
            values["novelty"] = Novelty(*rounded).distance(values["features"][None])
        for name, value in values.items():
            if crop and name not in ENDS:
                continue
            add(crop, name, value)
    for name, value in window_stages(shipped, synthetic_crop(*GOLDEN_CELLS[0])).items():
        add(len(GOLDEN_CELLS), name, value)
    (out / "golden.bin").write_bytes(bytes(data))
    (out / "golden.json").write_text(json.dumps(entries, indent=1) + "\n")
    (out / "detector.json").write_text(json.dumps(detector_golden()) + "\n")
