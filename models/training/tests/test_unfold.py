"""Weights as shipped, made a network that trains again: it must compute what they computed."""

import torch

from sgcldff.fold import as_shipped, fold
from sgcldff.network import SgCldff
from sgcldff.unfold import settle, unfold


def trained() -> SgCldff:
    """A network whose norms and biases are not neutral, as after training."""
    torch.manual_seed(0)
    model = SgCldff({"granularity": 2})
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_var, 0.5, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
    for block in [*model.stage3.blocks, *model.stage4.blocks]:
        torch.nn.init.normal_(block.table)
    return model.eval()


def farthest(a, b) -> float:
    return max(float((a.types - b.types).abs().max()), float((a.segmentation - b.segmentation).abs().max()))


@torch.no_grad()
def test_an_unfolded_network_computes_what_was_shipped_and_trains_as_one_never_folded():
    images = torch.rand(8, 3, 128, 128)
    arrays = fold(trained())
    shipped = as_shipped(trained(), arrays).eval()(images)
    model = unfold(arrays, {"granularity": 2}).eval()
    assert farthest(model(images), shipped) < 1e-4
    settle(model, images)
    assert farthest(model.eval()(images), shipped) < 1e-3
    # Its norms hold what they see, as those of a network in training do.
    norm = model.stem[1]
    assert norm.running_var.std() > 0 and not torch.allclose(norm.weight, torch.ones_like(norm.weight))
