"""Weights as shipped, made a network that trains again: it must compute what they computed."""

import torch

from sgcldff.fold import as_shipped, fold
from sgcldff.network import SgCldff
from sgcldff.unfold import settle, stretched, unfold


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
    images = torch.rand(8, 3, 160, 160)
    arrays = fold(trained())
    shipped = as_shipped(trained(), arrays).eval()(images)
    model = unfold(arrays, {"granularity": 2}).eval()
    assert farthest(model(images), shipped) < 1e-4
    settle(model, images)
    assert farthest(model.eval()(images), shipped) < 1e-3
    # Its norms hold what they see, as those of a network in training do.
    norm = model.stem[1]
    assert norm.running_var.std() > 0 and not torch.allclose(norm.weight, torch.ones_like(norm.weight))


@torch.no_grad()
def test_a_network_of_another_crop_size_starts_with_the_same_weights_and_stretched_tables():
    before = SgCldff({"granularity": 2}, size=128).eval()
    for block in [*before.stage3.blocks, *before.stage4.blocks]:
        torch.nn.init.normal_(block.table)
    after = SgCldff({"granularity": 2}).eval()
    after.load_state_dict(stretched(before.state_dict(), after))
    assert after(torch.rand(1, 3, 160, 160)).segmentation.shape == (1, 3, 160, 160)
    assert torch.equal(after.stem[0].weight, before.stem[0].weight)
    old, new = before.stage3.blocks[0].table.view(7, 7, 4), after.stage3.blocks[0].table.view(9, 9, 4)
    # The farthest and the middle offsets stay what they were.
    assert torch.allclose(new[::8, ::8], old[::6, ::6], atol=1e-5) and torch.allclose(new[4, 4], old[3, 3], atol=1e-5)
