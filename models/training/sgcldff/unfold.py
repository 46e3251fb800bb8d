"""A training checkpoint from shipped weights, so that training goes on where no checkpoint was kept.

python -m sgcldff.unfold --model ../sg-cldff-v5 --saliency runs/saliency.pt              the detector alone, or with
python -m sgcldff.unfold --model ../sg-cldff-v5 --crops runs/crops.npz --out runs/start.pt    the whole network

The shipped arrays hold no batch norms: they were folded. Each gets the statistics of what its convolution gives
on training cells, and the scale and shift that undo them, so that the network computes what it computed and
trains as one that was never folded.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .constants import CROP_SIZE
from .fold import Arrays, as_shipped, swin_blocks
from .network import SgCldff


def read_arrays(folder: Path) -> tuple[Arrays, dict]:
    """Arrays by name (float32) and the manifest of a model as shipped."""
    manifest = json.loads((folder / "manifest.json").read_text())
    data = np.frombuffer(b"".join((folder / shard["path"]).read_bytes() for shard in manifest["shards"]), "<f2")
    arrays, at = {}, 0
    for spec in manifest["weights"]:
        size = int(np.prod(spec["shape"]))
        arrays[spec["name"]] = data[at : at + size].astype(np.float32).reshape(spec["shape"])
        at += size
    if at != len(data):
        raise ValueError(f"{folder}: the shards hold {len(data)} values, the manifest names {at}")
    return arrays, manifest


@torch.no_grad()
def unfold(arrays: Arrays, attributes: dict[str, int], size: int = CROP_SIZE) -> SgCldff:
    """The network that the arrays were folded from, for crops of `size` px, its batch norms neutral; in evaluation mode."""
    model = as_shipped(SgCldff(attributes, size=size), arrays)
    for name, block in swin_blocks(model):
        # The first window's mask is zero, and its pairs name every offset.
        bias = torch.from_numpy(arrays[f"{name}.bias"][0])
        block.table[block.index.flatten()] = bias.flatten(1).T
    return model


@torch.no_grad()
def stretched(state: dict[str, torch.Tensor], model: nn.Module) -> dict[str, torch.Tensor]:
    """A network's state for `model`, which may be for crops of another size: the tables of attention stretched to its windows.
    A start to train on from, since every filter then meets a cell shown larger or smaller."""
    state = dict(state)
    for name, block in model.named_modules():
        if not hasattr(block, "table"):
            continue
        side, wanted = (int(len(t) ** 0.5) for t in (state[f"{name}.table"], block.table))
        if side != wanted:
            table = state[f"{name}.table"].T.reshape(1, -1, side, side)
            table = F.interpolate(table, size=(wanted, wanted), mode="bicubic", align_corners=True)
            state[f"{name}.table"] = table.reshape(-1, wanted * wanted).T.contiguous()
    return state


@torch.no_grad()
def settle(model: SgCldff, images: torch.Tensor) -> None:
    """Gives each neutral batch norm the statistics of its input on images [N, 3, 160, 160], keeping the function."""
    sums: dict[nn.BatchNorm2d, list[torch.Tensor]] = {}

    def note(norm: nn.BatchNorm2d, inputs: tuple[torch.Tensor]) -> None:
        x = inputs[0].double()
        sums.setdefault(norm, []).append(torch.stack([x.mean((0, 2, 3)), (x * x).mean((0, 2, 3))]))

    hooks = [m.register_forward_pre_hook(note) for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for part in images.split(64):
        model.eval()(part)
    for hook in hooks:
        hook.remove()
    for norm, seen in sums.items():
        mean, square = torch.stack(seen).mean(0)
        variance = (square - mean * mean).clamp(min=1e-6)
        norm.weight.copy_(norm.weight * torch.sqrt(variance + norm.eps))
        norm.bias.add_(mean)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--saliency", type=Path, help="write the saliency head here")
    parser.add_argument("--crops", type=Path, help="training cells for the statistics")
    parser.add_argument("--out", type=Path, help="write the network here")
    options = parser.parse_args()
    if options.out and not options.crops:
        parser.error("--out needs --crops: batch norms take their statistics from training cells")
    arrays, manifest = read_arrays(options.model)
    attributes = {a["name"]: a["values"] for a in manifest["attributes"]}
    values = {k: len(v) for k, v in attributes.items()}
    model = unfold(arrays, values, manifest["cropSize"])
    if manifest["cropSize"] != CROP_SIZE:
        larger = SgCldff(values).eval()
        larger.load_state_dict(stretched(model.state_dict(), larger))
        model = larger
    training = {"step": manifest["training"]["steps"], "spent": 60 * manifest["training"]["minutes"]}
    if options.saliency:
        options.saliency.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"state": model.saliency.state_dict(), "steps": 0, "seed": manifest["training"]["seed"]}, options.saliency)
    if options.out:
        from .views import Crops, views

        crops = Crops(options.crops)
        indices, p = crops.sampler()
        chosen = np.random.default_rng(0).choice(indices, 768, p=p)
        settle(model, views(crops, chosen, torch.Generator().manual_seed(0))[0])
        kept = {"attributes": attributes, "options": {"seed": manifest["training"]["seed"], "start": manifest["version"]}}
        torch.save({"ema": model.state_dict(), **training, **kept}, options.out)


if __name__ == "__main__":
    main()
