"""Figures of the rows that images contribute (evaluate.py), with bootstrap intervals, and confusion matrices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from .calibrate import expected_calibration_error
from .constants import TYPES
from .metrics import macro_f1

LEUKOCYTES = TYPES[:5]
COVERAGES = (0.95, 0.9, 0.8)
"""Shares of the cells kept when the model may abstain from the rest: points of the risk-coverage curve."""

Row = dict[str, object]
"""What one image contributes to the figures."""

NOTHING_SAID = ""
"""Stands for the value of an attribute where there is no result; no attribute has it."""


def _mean(rows: list[Row], key: str) -> float:
    values = [v for row in rows for v in row[key]]
    return float(np.mean(values)) if values else float("nan")


def _types(rows: list[Row]) -> np.ndarray:
    return np.array([t for row in rows for t in row["typed"]], float).reshape(-1, 5)


def has_types(rows: list[Row]) -> bool:
    return len(_types(rows)) > 0


def _counts(rows: list[Row]) -> np.ndarray:
    return np.sum([row["counts"] for row in rows], 0)


def _f1(rows: list[Row]) -> float:
    tp, fp, fn = _counts(rows)
    return float(2 * tp / max(2 * tp + fp + fn, 1))


def at_coverage(rows: list[Row], coverage: float) -> float:
    """Type accuracy of the surest share of the cells."""
    t = _types(rows)
    kept = t[np.argsort(-t[:, 4], kind="stable")[: max(1, round(coverage * len(t)))]]
    return float((kept[:, 0] == kept[:, 1]).mean())


def figures(name: str, rows: list[Row]) -> dict[str, Callable[[list[Row]], float]]:
    """The figures that make sense for a set, by name."""
    result: dict[str, Callable[[list[Row]], float]] = {}
    if any("counts" in row for row in rows):
        result["detection precision"] = lambda r: float(_counts(r)[0] / max(_counts(r)[:2].sum(), 1))
        result["detection recall"] = lambda r: float(_counts(r)[0] / max(_counts(r)[[0, 2]].sum(), 1))
        result["detection F1 at IoU 0.5"] = _f1
    if any(row["cell_dice"] for row in rows):
        result["cell Dice"] = lambda r: _mean(r, "cell_dice")
        result["nucleus Dice"] = lambda r: _mean(r, "nucleus_dice")
    if any("words" in row for row in rows):
        result["attributes, mean macro F1"] = words_f1
    if any(row["typed"] for row in rows):
        classes = len(TYPES) if name == "pbc" else len(LEUKOCYTES)

        def accuracy(r: list[Row]) -> float:
            t = _types(r)
            return float((t[:, 0] == t[:, 1]).mean()) if len(t) else float("nan")

        def f1(r: list[Row]) -> float:
            t = _types(r).astype(int)
            return macro_f1(t[:, 0], t[:, 1], len(TYPES)) if len(t) else float("nan")

        def ece(r: list[Row]) -> float:
            t = _types(r)
            return expected_calibration_error(t[:, 2], t[:, 0] == t[:, 1])

        result[f"{classes}-type accuracy"] = accuracy
        if any("take" in row for row in rows):
            result[f"{classes}-type accuracy, a cell once"] = cell_once
        result["type macro F1"] = f1
        result["expected calibration error"] = ece
        for coverage in COVERAGES:
            result[f"accuracy at {coverage:.0%} coverage"] = partial(at_coverage, coverage=coverage)
        result["share unidentified"] = lambda r: float(1 - _types(r)[:, 3].mean())
    return result


def cell_once(rows: list[Row]) -> float:
    """Type accuracy in which the pictures of one cell count as one."""
    right: dict[object, list[float]] = {}
    for row in rows:
        right.setdefault(row["take"], []).extend(float(t[0] == t[1]) for t in row["typed"])
    means = [np.mean(of) for of in right.values() if of]
    return float(np.mean(means)) if means else float("nan")


def words_f1(rows: list[Row]) -> float:
    """Macro F1 of each attribute's values, mean over the attributes."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        for name, truth, called in row.get("words", []):
            pairs.setdefault(name, []).append((truth, called))
    scores = []
    for of in pairs.values():
        values = sorted({v for pair in of for v in pair} - {NOTHING_SAID})
        index = {v: k for k, v in enumerate(values)} | {NOTHING_SAID: -1}
        truth, called = (np.array([index[pair[k]] for pair in of]) for k in (0, 1))
        scores.append(macro_f1(truth, called, len(values)))
    return float(np.mean(scores)) if scores else float("nan")


def interval(rows: list[Row], figure: Callable[[list[Row]], float], resamples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % percentile bootstrap interval of a figure over images, those of one cell together."""
    takes: dict[object, list[Row]] = {}
    for i, row in enumerate(rows):
        takes.setdefault(row.get("take", ("own", i)), []).append(row)
    drawn, rng = list(takes.values()), np.random.default_rng(seed)
    values = []
    for _ in range(resamples):
        # The same cell drawn again is another one to the figure.
        some = enumerate(rng.integers(len(drawn), size=len(drawn)))
        values.append(figure([row | {"take": (k, row.get("take"))} for k, i in some for row in drawn[i]]))
    return float(np.nanquantile(values, 0.025)), float(np.nanquantile(values, 0.975))


def confusion(rows: list[Row]) -> str:
    """Confusion matrix as text: rows truth, columns calls."""
    t = _types(rows).astype(int)
    lines = ["truth \\ call         " + " ".join(f"{name[:5]:>5}" for name in TYPES)]
    for k, name in enumerate(TYPES):
        called = t[t[:, 0] == k, 1]
        calls = np.bincount(called[called >= 0], minlength=len(TYPES))
        if len(called):
            lines.append(f"{name:<21}" + " ".join(f"{n:5d}" for n in calls) + f"   recall {calls[k] / len(called):.3f}")
    return "\n".join(lines)
