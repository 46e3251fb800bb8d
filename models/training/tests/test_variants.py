"""Every variant of the ablations gives what the full network gives, at its size."""

import pytest
import torch
from torch import nn

from sgcldff.constants import CROP_SIZE, TYPES
from sgcldff.network import SgCldff, standardised
from sgcldff.variants import VARIANTS, input_size


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_has_the_outputs_and_about_the_size_of_the_whole(name):
    size = input_size(name)
    model = VARIANTS[name]({"granularity": 2}).eval()
    with torch.no_grad():
        out = model(torch.rand(2, 3, size, size))
        assert out.segmentation.shape == (2, 3, size, size)
        assert out.types.shape == (2, len(TYPES)) and out.attributes["granularity"].shape == (2, 2)
        assert model.grad_cam(out.evidence, torch.tensor([0, 1])).shape == (2, size // 4, size // 4)
    whole = sum(p.numel() for p in SgCldff().parameters())
    assert 0.8 < sum(p.numel() for p in model.parameters()) / whole < 1.2


def test_the_unfused_variant_ignores_the_shallow_maps():
    fusion = VARIANTS["no-fusion"]({}).eval().fusion
    scales = [torch.rand(1, w, s, s) for w, s in ((32, 32), (64, 16), (112, 8), (160, 4))]
    other = [torch.rand_like(x) for x in scales[:-1]] + scales[-1:]
    with torch.no_grad():
        assert torch.equal(fusion(scales), fusion(other))
        full = SgCldff().eval().fusion
        assert not torch.allclose(full(scales), full(other))


def test_a_channels_gain_and_offset_do_not_reach_the_network():
    rgb = torch.rand(2, 3, CROP_SIZE, CROP_SIZE) * 0.6 + 0.2
    gain, offset = torch.tensor([0.6, 0.9, 0.8]), torch.tensor([0.2, 0.0, 0.1])
    other = rgb * gain[:, None, None] + offset[:, None, None]
    seen, again = standardised(rgb), standardised(other)
    assert torch.allclose(seen.mean((2, 3)), torch.zeros(2, 3), atol=1e-5)
    # The floor under the spread is felt a little.
    assert (seen - again).abs().max() < 0.15 * seen.abs().max()
    # An empty crop stays calm.
    assert standardised(torch.ones(1, 3, CROP_SIZE, CROP_SIZE)).abs().max() == 0


def test_early_group_norm_is_early_alone():
    model = VARIANTS["group-norm-early"]({})
    norms = [name.split(".")[0] for name, m in model.named_modules() if isinstance(m, nn.GroupNorm)]
    assert norms.count("stem") == 1 and norms.count("stage1") == 6 and len(norms) == 7
