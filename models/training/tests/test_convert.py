"""The converter: what it writes is the network, folded, and can be read back."""

import hashlib
import json

import numpy as np
import pytest
import torch

from sgcldff import convert, gate, goldens
from sgcldff.constants import TYPES
from sgcldff.fold import as_shipped, fold
from sgcldff.network import SgCldff


@pytest.fixture(scope="module")
def model() -> SgCldff:
    """A network with every norm and bias away from its start, so that a fold left out shows."""
    torch.manual_seed(0)
    model = SgCldff({"granularity": 2})
    model.train()
    with torch.no_grad():
        for _ in range(2):
            model(torch.rand(4, 3, 160, 160))
        for p in model.parameters():
            p.add_(0.05 * torch.randn_like(p))
    return model.eval()


@torch.no_grad()
def test_the_folded_network_computes_the_same(model):
    crops = torch.rand(2, 3, 160, 160)
    want, got = model(crops), as_shipped(model, fold(model))(crops)
    for name in ("saliency", "segmentation", "evidence", "types"):
        a, b = getattr(want, name), getattr(got, name)
        # float16 rounding of the weights is all that may differ.
        assert (a - b).abs().max() <= 0.01 * a.abs().max() + 1e-3, name


def test_arrays_have_the_layout_the_app_reads(model):
    arrays = fold(model)
    assert arrays["stem.w"].shape == (3, 3, 4, 24)
    assert arrays["stage1.0.depthwise.w"].shape == (3, 3, 72, 1)
    assert arrays["fusion.0.grouped.w"].shape == (3, 3, 8, 64)
    assert arrays["stage3.1.bias"].shape == (4, 4, 25, 25)
    assert arrays["classify.w"].shape == (256, len(TYPES))
    assert sum(v.size for v in arrays.values()) <= 2_000_000


def test_shards_hold_every_array_in_order(model):
    arrays = fold(model)
    parts, specs = convert.shards(arrays)
    assert all(len(part) <= convert.SHARD_BYTES for part in parts)
    data = np.frombuffer(b"".join(parts), "<f2")
    at = 0
    for spec in specs:
        size = int(np.prod(spec["shape"]))
        assert np.array_equal(data[at : at + size], arrays[spec["name"]].astype("<f2").ravel())
        at += size
    assert at == len(data)


def test_a_weight_beyond_float16_is_refused(model):
    with pytest.raises(ValueError, match="float16"):
        convert.shards({"x": np.array([1e6], np.float32)})


def test_the_manifest_names_every_shard_with_its_hash(model):
    arrays = fold(model)
    parts, specs = convert.shards(arrays)
    result = convert.manifest("sg-cldff", "1.0.0", arrays, parts, specs, {}, {"temperature": 1.0, "minConfidence": 0.5}, [])
    json.dumps(result)
    for shard, part in zip(result["shards"], parts):
        assert shard["sha256"] == hashlib.sha256(part).hexdigest()
        assert shard["bytes"] == len(part)
    assert result["types"] == list(TYPES)


def test_goldens_name_every_stage(model, tmp_path):
    goldens.write_goldens(model, fold(model), tmp_path)
    entries = json.loads((tmp_path / "golden.json").read_text())
    data = np.fromfile(tmp_path / "golden.bin", "<f4")
    assert sum(int(np.prod(e["shape"])) for e in entries) == len(data)
    assert {e["name"] for e in entries if e["crop"] == 0} >= {"input", "cues", "saliency", "fused", "segmentation", "types", "cams"}
    assert np.isfinite(data).all()


def test_the_gate_is_a_part_of_the_goldens(model, tmp_path):
    goldens.write_goldens(model, fold(model), tmp_path / "golden")
    (tmp_path / "manifest.json").write_text("{}")
    gate.write_gate(tmp_path)
    raw = (tmp_path / "gate.bin").read_bytes()
    named = json.loads((tmp_path / "manifest.json").read_text())["gate"]
    assert (named["bytes"], named["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + size])
    data = np.fromfile(tmp_path / "golden" / "golden.bin", "<f4")
    for entry in json.loads((tmp_path / "golden" / "golden.json").read_text()):
        found = header.get(f"{entry['crop']}.{entry['name']}")
        if found is None:
            continue
        want = data[entry["offset"] // 4 :][: int(np.prod(entry["shape"]))]
        start, end = (8 + size + offset for offset in found["data_offsets"])
        if found["dtype"] == "U8":
            assert np.array_equal(np.frombuffer(raw[start:end], np.uint8) / np.float32(255), want)
        else:
            got = np.frombuffer(raw[start:end], "<f4")
            assert np.array_equal(got, want if len(got) == len(want) else want[:: gate.STRIDE])
    assert {"0.input", "0.types", "0.features", "1.input", "1.segmentation", "1.cams", "2.box", "2.white", "2.saliency"} <= set(header)


@torch.no_grad()
def test_grad_cam_is_the_gradient_it_says_it_is(model):
    """The closed form against autograd: weights are the spatial mean of the logit's gradient."""
    out = model(torch.rand(1, 3, 160, 160))
    evidence = out.evidence.detach().requires_grad_()
    with torch.enable_grad():
        pooled = (evidence * out.weights).sum((2, 3))
        logit = (model.classify.weight[2, : pooled.shape[1]] * pooled).sum()
        (gradient,) = torch.autograd.grad(logit, evidence)
    alpha = gradient.mean((2, 3), keepdim=True)
    by_autograd = torch.relu((alpha * evidence).sum(1)) * evidence.shape[-1] * evidence.shape[-2]
    closed = model.grad_cam(out.evidence, torch.tensor([2]))
    assert torch.allclose(closed, by_autograd, atol=1e-4, rtol=1e-4)
