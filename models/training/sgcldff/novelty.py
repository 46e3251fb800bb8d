"""How far a cell's features lie from the cells the network was trained on (Mahalanobis distance).

Class means and one shared covariance of the pooled features (Lee et al. 2018), of unit length each
(Mueller and Hein 2025). Written as one linear map, so that the app needs a matrix product a cell:
distance(f) = min over types of |f / |f| @ whiten - means[type]| / sqrt(channels).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SHRINKAGE = 0.1
"""Share of the mean variance mixed into the covariance: thin directions are noise, not evidence."""


@dataclass
class Novelty:
    """whiten [C, C]; means [types, C], whitened."""

    whiten: np.ndarray
    means: np.ndarray

    def distance(self, features: np.ndarray) -> np.ndarray:
        """Distance [N] of features [N, C] to the nearest type; about 1 for a known cell."""
        z = unit(features) @ self.whiten
        return np.sqrt(((z[:, None] - self.means[None]) ** 2).mean(2).min(1))


def unit(features: np.ndarray) -> np.ndarray:
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)


def fit(features: np.ndarray, types: np.ndarray, count: int) -> Novelty:
    """From features [N, C] and types [N] of training cells, every one of `count` types among them."""
    z = unit(features.astype(np.float64))
    means = np.stack([z[types == k].mean(0) for k in range(count)])
    within = np.cov((z - means[types]).T)
    channels = z.shape[1]
    within = (1 - SHRINKAGE) * within + SHRINKAGE * np.trace(within) / channels * np.eye(channels)
    values, vectors = np.linalg.eigh(within)
    whiten = vectors / np.sqrt(values)
    return Novelty(whiten.astype(np.float32), (means @ whiten).astype(np.float32))
