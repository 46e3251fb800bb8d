"""What turns the network's output into calls and words, beside its weights.

Set on the val split: the temperature and how it grows with the feature distance, and the confidence and the distance
that make a call 'unidentified'. From the training split: where known cells lie (novelty.py), how often each
attribute's value occurs in each type, and what makes up for its rarer values (attribute_bias.py).

python -m sgcldff.calibrate --checkpoint runs/model.pt --crops runs/crops.npz --out runs/calibration.npz
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import novelty
from .attribute_bias import CELLS, fit_bias
from .constants import PLATELET, TYPES
from .crops import UNKNOWN
from .left_out import LeftOut
from .metrics import macro_f1
from .views import Crops, views
from .variants import VARIANTS, input_size

COVERAGE = 0.97
"""Share of the val cells that keep their call by confidence; the least confident are 'unidentified'."""

THRESHOLD_RANGE = (0.35, 0.6)

KNOWN = 0.985
"""Share of the val cells, every set counting alike, that lie within a distance of the training cells that they themselves set."""

BEYOND = 1.1
"""That distance times this is the limit: another lab's known cells lie further out than val cells of the labs that are known. Of Chula,
left out, half were beyond the plain limit, three quarters of which were called right."""

LEAST_NOVELTY = 0.1
"""No cell is so familiar that its call becomes certain."""

CELLS_PER_TYPE = 500
"""Training cells of each type that the distance is fitted on."""

# Sets whose types can be believed, weighted alike whatever their size. Nobody vouches for BCCD's.
TYPED_SETS = ("pbc", "chula_wbc", "cellavision", "jtsc", "raabin")


@torch.no_grad()
def outputs(model: nn.Module, crops: Crops, indices: np.ndarray, size: int) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
    """Type logits [N, 8], features [N, C] and attribute logits of the stored cells, each the mean of the centred view and the same
    upside down, as in the app (engine/look.ts)."""
    logits, features, words = [], [], {name: [] for name in model.describe}
    for part in np.array_split(indices, max(1, len(indices) // 64)):
        image = views(crops, part, None, size)[0]
        one, other = model(image), model(image.flip(2, 3))
        logits.append((one.types + other.types) / 2)
        features.append((one.features + other.features) / 2)
        for name in words:
            words[name].append((one.attributes[name] + other.attributes[name]) / 2)
    return torch.cat(logits), torch.cat(features), {name: torch.cat(v) for name, v in words.items()}


def attribute_temperature(words: dict[str, torch.Tensor], described: np.ndarray) -> float:
    """One temperature for all attributes; described int [N, A], UNKNOWN where not described."""
    losses = []
    grid = np.exp(np.linspace(np.log(0.3), np.log(4), 100))
    for t in grid:
        parts = [
            F.cross_entropy(value[known] / t, torch.from_numpy(described[known, a].astype(np.int64)))
            for a, value in enumerate(words.values())
            if (known := described[:, a] != UNKNOWN).any()
        ]
        losses.append(float(torch.stack(parts).mean()) if parts else 0.0)
    return float(grid[int(np.argmin(losses))])


def val_cells(crops: Crops) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the typed val cells, and their weights: every set counts alike."""
    kinds, indices, weights = crops.columns["type"], [], []
    for name in TYPED_SETS:
        if name in crops.left_out.sets:
            continue
        of = np.flatnonzero(crops.val & (crops.columns["set"] == name) & (kinds < len(TYPES)))
        indices.append(of)
        weights.append(np.full(len(of), 1 / max(len(of), 1)))
    return np.concatenate(indices), np.concatenate(weights)


def training_sample(crops: Crops, rng: np.random.Generator) -> np.ndarray:
    """Indices of up to CELLS_PER_TYPE training cells of each type that has any, drawn as training draws them."""
    indices, p = crops.sampler()
    kinds = crops.columns["type"][indices]
    chosen = []
    for k in range(len(TYPES)):
        of = kinds == k
        if not of.any():
            continue
        chosen.append(rng.choice(indices[of], min(CELLS_PER_TYPE, int(of.sum())), replace=False, p=p[of] / p[of].sum()))
    return np.concatenate(chosen)


def attribute_biases(model: nn.Module, crops: Crops, size: int) -> dict[str, np.ndarray]:
    """By attribute, what to add to its logits (fit_bias), from described training cells."""
    described = crops.columns["attributes"]
    indices = np.flatnonzero(crops.train & (described != UNKNOWN).all(1))
    indices = np.random.default_rng(0).permutation(indices)[:CELLS]
    if not len(indices):
        return {name: np.zeros(layer.out_features) for name, layer in model.describe.items()}
    words = outputs(model, crops, indices, size)[2]
    return {name: fit_bias(value.numpy(), described[indices, a].astype(int)) for a, (name, value) in enumerate(words.items())}


def attribute_shares(crops: Crops) -> list[dict]:
    """Per attribute: name, values, and for each type the share of its described training cells with each value.

    A type without described cells has an empty list.
    """
    described, kinds = crops.columns["attributes"], crops.columns["type"]
    result = []
    for a, (name, values) in enumerate(crops.attribute_values.items()):
        known = crops.train & (described[:, a] != UNKNOWN)
        shares = []
        for k in range(len(TYPES)):
            of = described[known & (kinds == k), a]
            shares.append([round(float((of == v).mean()), 4) for v in range(len(values))] if len(of) else [])
        result.append({"name": name, "values": values, "shares": shares})
    return result


def temperatures(novelty: np.ndarray, temperature: float, exponent: float) -> np.ndarray:
    """What divides each cell's logits [N]: more, the less familiar its features are (novelty [N], 1 at the limit of the known)."""
    return temperature * np.maximum(novelty, LEAST_NOVELTY) ** exponent


def fit_temperature(logits: torch.Tensor, novelty: np.ndarray, types: torch.Tensor, weights: torch.Tensor) -> tuple[float, float]:
    """Temperature and exponent by the weighted negative log-likelihood, on a grid: of the exponents whose best likelihood is within
    one standard error of the best of all (paired over cells), the least.

    Temperature scaling (Guo et al. 2017) that follows the density of the features, where the val cells show that one
    temperature does not serve them all. They are all of labs that were learnt: what they do not show is not made up for others.
    """
    share = weights / weights.sum()

    def losses(temperature: float, exponent: float) -> torch.Tensor:
        scaled = logits / torch.from_numpy(temperatures(novelty, temperature, exponent)).float()[:, None]
        return F.cross_entropy(scaled, types, reduction="none")

    def best(exponent: float) -> tuple[float, torch.Tensor]:
        grid = np.exp(np.linspace(np.log(0.3), np.log(4), 400))
        temperature = float(min(grid, key=lambda t: float((losses(t, exponent) * share).sum())))
        return temperature, losses(temperature, exponent)

    fits = {float(exponent): best(exponent) for exponent in np.linspace(0, 2, 21)}
    least = min(fits.values(), key=lambda fit: float((fit[1] * share).sum()))[1]

    def is_close(loss: torch.Tensor) -> bool:
        excess = loss - least
        mean = float((excess * share).sum())
        return mean <= float((share**2 * (excess - mean) ** 2).sum().sqrt())

    exponent = min(e for e, (_, loss) in fits.items() if is_close(loss))
    return fits[exponent][0], exponent


def weighted_quantile(values: np.ndarray, weights: np.ndarray, q: float) -> float:
    """Least value [N] at or below which a share q of the weight [N] lies."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(np.searchsorted(reached, q), len(values) - 1)])


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


def is_unsure(confidence: np.ndarray, called: np.ndarray, far: np.ndarray, least: float) -> np.ndarray:
    """Which calls end as 'unidentified', bool [N], as in the app (results/types.ts): what is called platelet/other may be
    anything, however far from the known (far: distance over its limit)."""
    return (confidence < least) | ((far > 1) & (called != PLATELET))


def left_out(model: nn.Module, crops: Crops, indices: np.ndarray, size: int, known: novelty.Novelty, numbers: dict[str, float]) -> str:
    """What the calibrated network makes of a lab it has not seen: accuracy, its error of calibration, and what abstaining brings."""
    logits, features, _ = outputs(model, crops, indices, size)
    far = known.distance(features.numpy()) / numbers["maxDistance"]
    scale = torch.from_numpy(temperatures(far, numbers["temperature"], numbers["temperatureExponent"])).float()[:, None]
    confidence, called = (x.numpy() for x in (logits / scale).softmax(1).max(1))
    right = called == crops.columns["type"][indices]
    surest = np.argsort(-confidence / np.maximum(1, far), kind="stable")
    error = expected_calibration_error(confidence, right)
    kept = ", ".join(f"{share:.0%} {right[surest[: round(share * len(right))]].mean():.3f}" for share in (0.95, 0.9, 0.8, 0.5))
    unsure = is_unsure(confidence, called, far, numbers["minConfidence"])
    other = ~unsure & (called == PLATELET)
    return (
        f"{len(right)} cells, accuracy {right.mean():.3f}, ECE {error:.3f}; at coverage {kept}; {unsure.mean():.3f} unidentified, "
        f"{other.mean():.3f} platelet/other, of all not unidentified {right[~unsure].mean():.3f} right"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/model.pt"))
    parser.add_argument("--crops", type=Path, default=Path("runs/crops.npz"))
    parser.add_argument("--out", type=Path, default=Path("runs/calibration.npz"))
    options = parser.parse_args()
    saved = torch.load(options.checkpoint)
    variant = saved["options"].get("variant", "full")
    size = input_size(variant)
    model = VARIANTS[variant]({k: len(v) for k, v in saved["attributes"].items()})
    model.load_state_dict(saved["ema"])
    model.eval()
    crops = Crops(options.crops, LeftOut.of(saved["options"]))
    sample = training_sample(crops, np.random.default_rng(0))
    # A kind that is never shown (--without-types) has no mean of its own.
    shown, row = np.unique(crops.columns["type"][sample], return_inverse=True)
    known = novelty.fit(outputs(model, crops, sample, size)[1].numpy(), row, len(shown))
    indices, weights = val_cells(crops)
    logits, features, words = outputs(model, crops, indices, size)
    biases = attribute_biases(model, crops, size)
    words = {name: value + torch.from_numpy(biases[name]).float() for name, value in words.items()}
    types = torch.from_numpy(crops.columns["type"][indices].astype(np.int64))
    distance = known.distance(features.numpy())
    most = BEYOND * weighted_quantile(distance, weights, KNOWN)
    temperature, exponent = fit_temperature(logits, distance / most, types, torch.from_numpy(weights).float())
    scale = torch.from_numpy(temperatures(distance / most, temperature, exponent)).float()[:, None]
    confidence, called = (logits / scale).softmax(1).max(1)
    right = (called == types).numpy()
    described = crops.columns["attributes"][indices]
    threshold = float(np.clip(np.quantile(confidence.numpy(), 1 - COVERAGE), *THRESHOLD_RANGE))
    result = {
        "temperature": round(temperature, 4),
        "temperatureExponent": round(exponent, 4),
        "minConfidence": round(threshold, 4),
        "maxDistance": round(most, 4),
        "attributeTemperature": round(attribute_temperature(words, described), 4),
    }
    np.savez(
        options.out,
        numbers=json.dumps(result),
        attributes=json.dumps(attribute_shares(crops)),
        biases=json.dumps({name: bias.round(2).tolist() for name, bias in biases.items()}),
        whiten=known.whiten,
        means=known.means,
    )
    before = logits.softmax(1).max(1).values.numpy()
    kept = ~is_unsure(confidence.numpy(), called.numpy(), distance / result["maxDistance"], threshold)
    print(f"ECE {expected_calibration_error(before, right):.4f} -> {expected_calibration_error(confidence.numpy(), right):.4f}")
    print(f"{result}; {kept.mean():.3f} of {len(right)} val cells keep their call, {right[kept].mean():.4f} of those are right")
    scores = {
        name: macro_f1(described[told, a], value.argmax(1).numpy()[told], value.shape[1])
        for a, (name, value) in enumerate(words.items())
        if (told := described[:, a] != UNKNOWN).any()
    }
    print(f"attributes, macro F1: mean {np.mean(list(scores.values())):.4f}  " + "  ".join(f"{k} {v:.3f}" for k, v in scores.items()))
    print(f"distance, median: right {np.median(distance[right]):.3f}, wrong {np.median(distance[~right]):.3f}")
    for name, of in crops.measured.items():
        print(f"{name}, left out of the training: {left_out(model, crops, np.flatnonzero(of), size, known, result)}")


if __name__ == "__main__":
    main()
