import numpy as np
import torch

from sgcldff.calibrate import (
    CELLS_PER_TYPE,
    expected_calibration_error,
    fit_temperature,
    left_out,
    temperatures,
    training_sample,
    weighted_quantile,
)
from sgcldff.constants import PLATELET, TYPE_INDEX
from sgcldff.novelty import Novelty


def drawn(count: int, scale: np.ndarray, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Types drawn from softmax(logits), and logits that state it `scale` times too surely; [N, 4], [N]."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(count, 4)) * 1.5
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    types = (rng.random(count)[:, None] > p.cumsum(1)).sum(1)
    return torch.from_numpy(logits * scale[:, None]).float(), torch.from_numpy(types)


def test_the_temperature_and_how_it_grows_with_novelty_are_found() -> None:
    rng = np.random.default_rng(1)
    novelty = np.exp(rng.uniform(np.log(0.4), np.log(1.6), 12_000))
    logits, types = drawn(len(novelty), temperatures(novelty, 1.5, 0.8), seed=2)
    temperature, exponent = fit_temperature(logits, novelty, types, torch.ones(len(types)))
    assert abs(np.log(temperature / 1.5)) < 0.1 and abs(exponent - 0.8) <= 0.2
    scale = torch.from_numpy(temperatures(novelty, temperature, exponent)).float()[:, None]
    confidence, called = (logits / scale).softmax(1).max(1)
    assert expected_calibration_error(confidence.numpy(), (called == types).numpy()) < 0.02


def test_growth_with_novelty_that_few_cells_do_not_show_is_not_made_up() -> None:
    rng = np.random.default_rng(4)
    for exponent in (0.0, 0.3):
        novelty = np.exp(rng.uniform(np.log(0.4), np.log(1.6), 60))
        logits, types = drawn(len(novelty), temperatures(novelty, 1.2, exponent), seed=5)
        assert fit_temperature(logits, novelty, types, torch.ones(len(types)))[1] == 0


def test_no_cell_is_so_familiar_that_its_call_becomes_certain() -> None:
    assert temperatures(np.array([0.0]), 1.0, 1.0)[0] > 0.05
    assert np.allclose(temperatures(np.array([0.5, 1.0, 2.0]), 0.8, 0.0), 0.8)


def test_a_small_set_counts_as_much_as_a_large_one() -> None:
    values = np.concatenate([np.arange(100.0), [1000.0, 2000.0]])
    weights = np.concatenate([np.full(100, 1 / 100), np.full(2, 1 / 2)])
    assert weighted_quantile(values, weights, 0.75) == 1000.0
    assert weighted_quantile(values, np.ones(102), 0.75) == 76.0
    assert weighted_quantile(values, weights, 1.0) == 2000.0


class _Crops:
    """Cells of three types, the second never shown."""

    columns = {"type": np.repeat([0, 1, PLATELET], 600)}

    def sampler(self) -> tuple[np.ndarray, np.ndarray]:
        indices = np.flatnonzero(self.columns["type"] != 1)
        return indices, np.full(len(indices), 1 / len(indices))


def test_a_kind_that_is_never_shown_is_not_sampled() -> None:
    kinds = _Crops.columns["type"][training_sample(_Crops(), np.random.default_rng(0))]
    assert {int(k): int((kinds == k).sum()) for k in np.unique(kinds)} == {0: CELLS_PER_TYPE, PLATELET: CELLS_PER_TYPE}


def test_what_is_left_out_is_told_by_call_confidence_and_distance(monkeypatch) -> None:
    erythroblast = TYPE_INDEX["erythroblast"]
    # Right and sure, called platelet and sure, called a neutrophil and unsure, right and sure but far from all that is known,
    # and called platelet that far off: what that is, is no question of knowing it.
    logits = torch.zeros(5, 8)
    logits[[0, 1, 3, 4], [erythroblast, PLATELET, erythroblast, PLATELET]] = 9
    logits[2, 0] = 0.5
    features = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    monkeypatch.setattr("sgcldff.calibrate.outputs", lambda *_: (logits, features, {}))
    crops = type("Crops", (), {"columns": {"type": np.full(5, erythroblast)}})
    known = Novelty(np.eye(2), np.array([[1.0, 0.0]]))
    numbers = {"temperature": 1.0, "temperatureExponent": 0.0, "minConfidence": 0.6, "maxDistance": 0.5}
    told = left_out(None, crops, np.arange(5), 160, known, numbers)
    assert told.startswith("5 cells, accuracy 0.400")
    assert told.endswith("0.400 unidentified, 0.400 platelet/other, of all not unidentified 0.333 right")
