"""Tests of the novelty distance, and of what calibration keeps beside it."""

import json

import numpy as np
import pytest

from sgcldff import convert, novelty


def cells(rng, centre, count=200):
    """Features of one kind: scattered round a centre, of any brightness."""
    return (centre + 0.1 * rng.standard_normal((count, len(centre)))) * rng.uniform(0.5, 2, (count, 1))


@pytest.fixture(scope="module")
def known():
    rng = np.random.default_rng(0)
    centres = np.eye(6)[:3] + 0.2
    features = np.concatenate([cells(rng, c) for c in centres])
    return novelty.fit(features, np.repeat([0, 1, 2], 200), 3), centres


def test_known_kinds_are_near_and_unknown_ones_far(known):
    fitted, centres = known
    rng = np.random.default_rng(1)
    near = np.concatenate([fitted.distance(cells(rng, c)) for c in centres])
    far = fitted.distance(cells(rng, np.eye(6)[4] + 0.2))
    assert 0.5 < np.median(near) < 1.5
    assert far.min() > np.quantile(near, 0.99)


def test_brightness_does_not_matter(known):
    fitted, centres = known
    assert fitted.distance(centres * 3) == pytest.approx(fitted.distance(centres), abs=1e-4)


def test_without_calibration_nothing_is_novel(tmp_path):
    neutral = convert.read_calibration(None, 4)
    assert novelty.Novelty(neutral.whiten, neutral.means).distance(np.ones((1, 4)))[0] < neutral.numbers["maxDistance"]


def test_a_calibration_is_read_back(tmp_path):
    np.savez(tmp_path / "c.npz", numbers=json.dumps({"temperature": 2.0}), attributes=json.dumps([{"name": "x"}]), biases=json.dumps({"x": [0.5, 0]}), whiten=np.eye(2), means=np.ones((8, 2)))
    read = convert.read_calibration(tmp_path / "c.npz", 2)
    assert read.numbers == {"temperature": 2.0} and read.attributes == [{"name": "x"}] and read.biases == {"x": [0.5, 0]}
    assert read.whiten.shape == (2, 2) and read.means.shape == (8, 2)
