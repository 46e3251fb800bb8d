"""Every variant of the ablations gives what the full network gives, at its size."""

import pytest
import torch

from sgcldff.constants import TYPES
from sgcldff.network import SgCldff
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
