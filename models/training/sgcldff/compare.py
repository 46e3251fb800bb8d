"""Compares trained variants on stored crops, one centred view a cell, and prints a table row each.

python -m sgcldff.compare runs/ablation-full-1.pt runs/ablation-no-saliency-1.pt [--by-set]

Figures: cell IoU and nucleus IoU over all val cells with masks (each set's mean, then the mean of the sets), PBC val
8-type accuracy, and for whatever was left out of training (`train --exclude`, `--fold`, `--without-types`) the accuracy on
its cells (of a set or fold: train and val). Batch norms first take their statistics anew from training views: those kept while training lag behind the
averaged weights, which at a small budget would be held against every variant that has batch norm. --by-set: IoUs and types of every
masked set's val cells by themselves, for runs that leave one of these sets out.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .constants import TYPES
from .crops import UNKNOWN
from .left_out import LeftOut
from .metrics import dice
from .views import Crops, views
from .variants import VARIANTS, input_size

MASKED = ("jtsc", "cellavision", "bccd")
SETTLING = 24
"""Batches of 64 training views that batch norms take their statistics from."""


@torch.no_grad()
def settle(model: nn.Module, crops: Crops, size: int) -> None:
    """Running statistics of every batch norm := those of its input on training views."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    if not norms:
        return
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    generator = torch.Generator().manual_seed(0)
    indices, probabilities = crops.sampler()
    rng = np.random.default_rng(0)
    # Without dropout: the statistics are those of the network as it infers.
    model.eval()
    for norm in norms:
        norm.train()
    for _ in range(SETTLING):
        model(views(crops, rng.choice(indices, 64, p=probabilities), generator, size)[0])
    model.eval()


@torch.no_grad()
def measure(model: nn.Module, crops: Crops, indices: np.ndarray, size: int) -> tuple[np.ndarray, list[float], list[float]]:
    """Whether each typed cell is called right; IoU of cell and nucleus of each fully masked one."""
    right, cells, nuclei = [], [], []
    for part in np.array_split(indices, max(1, len(indices) // 64)):
        image, mask = views(crops, part, None, size)
        out = model(image)
        types = crops.columns["type"][part]
        known = types < len(TYPES)
        right.extend(out.types.argmax(1).numpy()[known] == types[known])
        for best, truth in zip(out.segmentation.argmax(1), mask):
            if (truth != UNKNOWN).all() and (truth > 0).any():
                for found, of in ((cells, dice(best > 0, truth > 0)), (nuclei, dice(best == 2, truth == 2))):
                    found.append(of / (2 - of))
    return np.array(right), cells, nuclei


def figures(path: Path, loaded: Callable[[LeftOut], Crops], by_set: bool = False) -> dict[str, float]:
    """All figures of one checkpoint; loaded: the crops, less what it was trained without."""
    saved = torch.load(path)
    options = saved["options"]
    crops = loaded(LeftOut.of(options))
    size = input_size(options["variant"])
    model = VARIANTS[options["variant"]]({k: len(v) for k, v in crops.attribute_values.items()})
    model.load_state_dict(saved["ema"])
    settle(model, crops, size)
    model.eval()
    val = {name: measure(model, crops, np.flatnonzero(crops.val & (crops.source == name)), size) for name in MASKED}
    result: dict[str, float] = {}
    if by_set:
        for name, (right, cells, nuclei) in val.items():
            result |= {f"{name} cell IoU": float(np.mean(cells)), f"{name} nucleus IoU": float(np.mean(nuclei)), f"{name} val types": float(right.mean())}
    else:
        result["cell IoU"] = float(np.mean([np.mean(cells) for _, cells, _ in val.values()]))
        result["nucleus IoU"] = float(np.mean([np.mean(nuclei) for _, _, nuclei in val.values()]))
    for name, of in {"pbc": crops.val & (crops.source == "pbc"), **crops.measured}.items():
        result[f"{name} types"] = float(measure(model, crops, np.flatnonzero(of), size)[0].mean())
        result[f"{name} cells"] = int(of.sum())
    return result | {"steps": saved["step"]}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--crops", type=Path, default=Path("runs/crops.npz"))
    parser.add_argument("--by-set", action="store_true")
    options = parser.parse_args()
    loaded = functools.cache(lambda left_out: Crops(options.crops, left_out))
    names: list[str] = []
    for path in options.checkpoints:
        row = figures(path, loaded, options.by_set)
        if list(row) != names:
            names = list(row)
            print(f"| checkpoint | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
        print(f"| {path.stem} | " + " | ".join(f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
