"""Mixed feature levels: where they go, and that they go nowhere once training is over."""

import torch
from torch import nn

from sgcldff.style import mix_styles, mixed


def test_what_is_kept_of_a_crops_own_level_is_as_asked() -> None:
    x = torch.rand(3, 2, 8, 8) * torch.tensor([1.0, 2.0, 4.0])[:, None, None, None]
    other = torch.tensor([1, 2, 0])
    assert torch.allclose(mixed(x, other, torch.ones(3)), x, atol=1e-5)
    taken = mixed(x, other, torch.zeros(3))
    assert torch.allclose(taken.mean((2, 3)), x[other].mean((2, 3)), atol=1e-5)
    assert torch.allclose(taken.std((2, 3)), x[other].std((2, 3)), rtol=1e-3)
    # What the maps show stays: each is the old one, scaled and shifted.
    assert torch.corrcoef(torch.stack([taken[0, 0].flatten(), x[0, 0].flatten()]))[0, 1] > 0.999


def test_maps_are_mixed_in_training_alone() -> None:
    layer = nn.Sequential(nn.Identity())
    mix_styles([layer], 1.0, torch.Generator().manual_seed(0))
    x = torch.rand(16, 3, 4, 4)
    assert not torch.allclose(layer.train()(x), x)
    assert torch.equal(layer.eval()(x), x)


def test_a_share_of_the_batches_is_left_as_it_is() -> None:
    layer = nn.Identity().train()
    mix_styles([layer], 0.5, torch.Generator().manual_seed(0))
    x = torch.rand(4, 3, 4, 4)
    left = sum(torch.equal(layer(x), x) for _ in range(200))
    assert 70 < left < 130
