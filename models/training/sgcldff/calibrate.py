"""Temperature and the confidence below which a call is 'unidentified', set on the val split only.

python -m sgcldff.calibrate --checkpoint runs/model.pt --crops runs/crops.npz --out runs/calibration.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .constants import TYPES
from .network import SgCldff
from .train import Crops, views

COVERAGE = 0.97
"""Share of the val cells that keep their call; the least confident are 'unidentified'."""

THRESHOLD_RANGE = (0.35, 0.6)

# Sets whose types are checked by experts, weighted alike whatever their size.
TYPED_SETS = ("pbc", "chula_wbc", "cellavision", "jtsc")


@torch.no_grad()
def collect(model: SgCldff, crops: Crops) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits [N, 8], types [N] and weights [N] of the typed val cells."""
    logits, types, weights = [], [], []
    for name in TYPED_SETS:
        kinds = crops.columns["type"]
        indices = np.flatnonzero(crops.val & (crops.columns["set"] == name) & (kinds < len(TYPES)))
        for part in np.array_split(indices, max(1, len(indices) // 64)):
            logits.append(model(views(crops, part, None)[0]).types)
            types.append(torch.from_numpy(kinds[part].astype(np.int64)))
            weights.append(torch.full((len(part),), 1 / len(indices)))
    return torch.cat(logits), torch.cat(types), torch.cat(weights)


def fit_temperature(logits: torch.Tensor, types: torch.Tensor, weights: torch.Tensor) -> float:
    """Temperature that minimises the weighted negative log-likelihood (Guo et al. 2017), by grid."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(4), 200))
    losses = [
        float((F.cross_entropy(logits / t, types, reduction="none") * weights).sum() / weights.sum()) for t in grid
    ]
    return float(grid[int(np.argmin(losses))])


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """ECE over equal-width bins; confidence [N] in [0, 1], right boolean [N]."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidence[which == b].mean() - right[which == b].mean()) * (which == b).mean()
            for b in range(bins)
            if (which == b).any()
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/model.pt"))
    parser.add_argument("--crops", type=Path, default=Path("runs/crops.npz"))
    parser.add_argument("--out", type=Path, default=Path("runs/calibration.json"))
    options = parser.parse_args()
    saved = torch.load(options.checkpoint)
    model = SgCldff({k: len(v) for k, v in saved["attributes"].items()})
    model.load_state_dict(saved["ema"])
    model.eval()
    logits, types, weights = collect(model, Crops(options.crops))
    temperature = fit_temperature(logits, types, weights)
    confidence, called = (logits / temperature).softmax(1).max(1)
    right = (called == types).numpy()
    threshold = float(np.clip(np.quantile(confidence.numpy(), 1 - COVERAGE), *THRESHOLD_RANGE))
    result = {"temperature": round(temperature, 4), "minConfidence": round(threshold, 4)}
    options.out.write_text(json.dumps(result, indent=1) + "\n")
    before = logits.softmax(1).max(1).values.numpy()
    kept = confidence.numpy() >= threshold
    print(f"ECE {expected_calibration_error(before, right):.4f} -> {expected_calibration_error(confidence.numpy(), right):.4f}")
    print(f"{result}; {kept.mean():.3f} of {len(right)} val cells keep their call, {right[kept].mean():.4f} of those are right")


if __name__ == "__main__":
    main()
