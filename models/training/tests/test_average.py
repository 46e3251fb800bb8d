"""Averages of two checkpoints."""

import pytest
import torch

from sgcldff.average import between


def test_the_average_lies_between_and_counters_are_the_later_ones():
    first = {"w": torch.tensor([0.0, 4.0]), "n": torch.tensor(3)}
    then = {"w": torch.tensor([1.0, 0.0]), "n": torch.tensor(9)}
    mixed = between(first, then, 0.25)
    assert mixed["w"].tolist() == [0.25, 3.0] and mixed["n"] == 9
    assert torch.equal(between(first, then, 0)["w"], first["w"])


def test_different_networks_are_refused():
    with pytest.raises(ValueError, match="different networks"):
        between({"w": torch.zeros(1)}, {"v": torch.zeros(1)}, 0.5)
