"""Batch norms of averaged weights take their statistics anew before variants are compared."""

import numpy as np
import torch
from torch import nn

from sgcldff.compare import measure, settle
from sgcldff.network import Output


class Few:
    """Eight crops of one grey, the first four with a cell."""

    def __init__(self):
        self.columns = {
            "image": np.full((8, 192, 192, 3), 128, np.uint8),
            "mask": np.zeros((8, 192, 192), np.uint8),
            "diameter": np.full(8, 80.0),
            "type": np.zeros(8, np.int64),
        }
        self.columns["mask"][:4, 60:130, 60:130] = 1

    def sampler(self):
        return np.arange(8), np.full(8, 1 / 8)


class Normed(nn.Module):
    """Calls everything the first type and sees no cell."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(3)

    def forward(self, rgb):
        self.norm(rgb)
        n = len(rgb)
        segmentation = torch.zeros(n, 3, 128, 128)
        segmentation[:, 0] = 1
        types = torch.zeros(n, 8)
        types[:, 0] = 1
        nothing = torch.zeros(0)
        return Output(nothing, segmentation, nothing, nothing, nothing, nothing, types, {}, [])


def test_statistics_are_those_of_the_training_views():
    model = Normed()
    model.norm.running_mean.fill_(9)
    settle(model, Few(), 128)
    # Mostly grey 128; white where a view leaves the stored crop.
    assert torch.all((model.norm.running_mean > 0.45) & (model.norm.running_mean < 0.75))
    assert not model.training


def test_types_of_all_cells_and_overlap_of_masked_ones():
    right, cells, nuclei = measure(Normed().eval(), Few(), np.arange(8), 128)
    assert right.tolist() == [True] * 8
    assert cells == [0.0] * 4 and nuclei == [1.0] * 4
