"""Measures shared by training and evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np


def dice(a: Any, b: Any) -> float:
    """Dice coefficient of two boolean arrays (numpy or torch); 1 where both are empty."""
    total = int(a.sum()) + int(b.sum())
    return 1.0 if total == 0 else 2 * int((a & b).sum()) / total


def macro_f1(truth: np.ndarray, called: np.ndarray, classes: int) -> float:
    """Mean F1 over the classes that occur in truth or calls; int arrays [N]."""
    scores = []
    for k in range(classes):
        tp = np.sum((truth == k) & (called == k))
        total = np.sum(truth == k) + np.sum(called == k)
        if total:
            scores.append(2 * tp / total)
    return float(np.mean(scores))
