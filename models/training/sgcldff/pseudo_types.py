"""Types by trained networks for the stored training cells known only as white (self-training): python -m sgcldff.pseudo_types.

Labs whose cells nobody typed can so lend their stain and optics to the types. Each cell is shown turned and mirrored, eight
times, to every teacher; it gets a type where all teachers name the same one and the mean of all is sure of it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .constants import PLATELET, TYPES
from .crops import ANY_WHITE_CELL, crops_id
from .pseudo import load
from .views import Crops, views

SURE = 0.8
"""Mean probability from which a common call is taken."""
TRUST = 0.5
"""Weight in the types' loss, of an expert's label 1."""


@torch.no_grad()
def probabilities(model: nn.Module, image: torch.Tensor) -> torch.Tensor:
    """[B, 8], mean over the eight ways to turn and mirror views [B, 3, S, S]."""
    ways = [torch.rot90(flipped, k, (2, 3)) for flipped in (image, image.flip(3)) for k in range(4)]
    return torch.stack([model(way).types.softmax(1) for way in ways]).mean(0)


def common(each: torch.Tensor) -> torch.Tensor:
    """Type [B] that all teachers name and their mean is sure of, -1 where there is none; each [teachers, B, 8]."""
    sure, named = each.mean(0).max(1)
    agreed = (each.argmax(2) == named).all(0) & (sure >= SURE) & (named != PLATELET)
    return torch.where(agreed, named, -1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teachers", type=Path, nargs="+", required=True, help="checkpoints of train, better of different runs")
    parser.add_argument("--crops", type=Path, default=Path("runs/crops.npz"))
    parser.add_argument("--out", type=Path, default=Path("runs/types.npz"))
    options = parser.parse_args()
    crops = Crops(options.crops)
    teachers = [load(path) for path in options.teachers]
    asked = np.flatnonzero(crops.train & (crops.columns["type"] == ANY_WHITE_CELL))
    named = np.full(len(asked), -1)
    for at in range(0, len(asked), 32):
        image, _ = views(crops, asked[at : at + 32], None)
        named[at : at + 32] = common(torch.stack([probabilities(model, image) for model in teachers])).numpy()
    kept = named >= 0
    np.savez(options.out, crops=crops_id(crops.columns), index=asked[kept], type=named[kept], trust=np.full(kept.sum(), TRUST))
    for name in np.unique(crops.columns["set"][asked]):
        of = crops.columns["set"][asked] == name
        counts = ", ".join(f"{TYPES[k]} {n}" for k, n in enumerate(np.bincount(named[of & kept], minlength=len(TYPES))) if n)
        print(f"{name}: {(of & kept).sum()} of {of.sum()} cells given a type: {counts}")


if __name__ == "__main__":
    main()
