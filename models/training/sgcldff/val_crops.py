"""The val crops as the network is shown them, in one file: bytes [N, side, side, 3], for e2e/bench/dawn.mjs.

python -m sgcldff.val_crops --crops runs/crops.npz --out val.bin
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .left_out import LeftOut
from .views import Crops, views

MOST = 250
"""Cells of a set, drawn at random; PBC's 1,708 would drown the others."""


def val_crops(crops: Crops, most: int = MOST) -> np.ndarray:
    """Of every set up to `most` val cells, one centred view each: uint8 [N, side, side, 3]."""
    rng, sets = np.random.default_rng(0), crops.columns["set"]
    chosen = np.concatenate([rng.permutation(np.flatnonzero(crops.val & (sets == name)))[:most] for name in np.unique(sets)])
    shown = [views(crops, part, None)[0] for part in np.array_split(chosen, max(1, len(chosen) // 64))]
    return np.concatenate([(v.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy() for v in shown])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=Path, default=Path("runs/crops.npz"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    crops = val_crops(Crops(options.crops, LeftOut()))
    crops.tofile(options.out)
    print(f"{len(crops)} crops of {crops.shape[1]} x {crops.shape[2]} px")


if __name__ == "__main__":
    main()
