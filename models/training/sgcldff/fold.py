"""Folds a trained SG-CLDFF into plain arrays (what the app's network reads), and back.

Batch norms go into their convolutions, layer norms' affine parts and the attention scale into the
linear layers that follow, relative position bias and shift mask into one additive bias a block.
Layouts are tfjs's: convolution [kh, kw, in/groups, out], depthwise [kh, kw, channels, 1],
linear [in, out].
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from .network import HEADS, SgCldff

Arrays = dict[str, np.ndarray]
Norm = nn.BatchNorm2d | nn.LayerNorm | None

# PyTorch's pixel shuffle reads channels as (class, i, j); depthToSpace reads (i, j, class).
SHUFFLE = np.arange(12).reshape(3, 4).T.ravel()


def named_layers(model: SgCldff) -> Iterator[tuple[str, nn.Conv2d | nn.Linear, Norm]]:
    """Every weighted layer with the app's name for it and the norm that folds into it."""
    for k, conv in enumerate(model.saliency.down):
        yield f"saliency.down{k}", conv, None
    for k, conv in enumerate(model.saliency.up):
        yield f"saliency.up{k}", conv, None
    yield "saliency.last", model.saliency.last, None
    yield "saliency.out", model.saliency.out, None
    yield "stem", model.stem[0], model.stem[1]
    mbconvs = {f"{s}.{k}": b for s in ("stage1", "stage2") for k, b in enumerate(getattr(model, s))}
    mbconvs |= {f"{s}.down": getattr(model, s).down for s in ("stage3", "stage4")}
    for name, block in mbconvs.items():
        for part in ("expand", "depthwise", "project"):
            layer = getattr(block, part)
            yield f"{name}.{part}", layer[0], layer[1]
    for name, block in swin_blocks(model):
        yield f"{name}.qkv", block.qkv, block.norm1
        yield f"{name}.out", block.out, None
        yield f"{name}.mlp1", block.mlp1, block.norm2
        yield f"{name}.mlp2", block.mlp2, None
    for k, block in enumerate(model.fusion.blocks):
        for part in ("reduce", "grouped", "expand"):
            layer = getattr(block, part)
            yield f"fusion.{k}.{part}", layer[0], layer[1]
    for part in ("lateral", "depth1", "point1", "depth2", "point2"):
        layer = getattr(model.segment, part)
        yield f"segment.{part}", layer[0], layer[1]
    yield "segment.logits", model.segment.logits, None
    yield "evidence", model.evidence[0], model.evidence[1]
    yield "classify", model.classify, None


def swin_blocks(model: SgCldff) -> Iterator[tuple[str, nn.Module]]:
    for stage in ("stage3", "stage4"):
        for k, block in enumerate(getattr(model, stage).blocks):
            yield f"{stage}.{k}", block


def norm_scale(norm: nn.BatchNorm2d) -> tuple[torch.Tensor, torch.Tensor]:
    """Per-channel scale and shift of a batch norm in evaluation."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return scale, norm.bias - norm.running_mean * scale


def is_depthwise(conv: nn.Conv2d) -> bool:
    return conv.groups == conv.in_channels > 1


def _array(x: torch.Tensor) -> np.ndarray:
    return x.detach().cpu().numpy().astype(np.float32)


def _kernel(conv: nn.Conv2d, weight: torch.Tensor) -> np.ndarray:
    return _array(weight.permute(2, 3, 0, 1) if is_depthwise(conv) else weight.permute(2, 3, 1, 0))


def _folded(layer: nn.Conv2d | nn.Linear, norm: Norm) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(layer, nn.Conv2d):
        if isinstance(norm, nn.BatchNorm2d):
            scale, shift = norm_scale(norm)
            return _kernel(layer, layer.weight * scale[:, None, None, None]), _array(shift)
        return _kernel(layer, layer.weight), _array(layer.bias)
    weight, bias = layer.weight, layer.bias
    if isinstance(norm, nn.LayerNorm):
        weight, bias = weight * norm.weight[None], bias + weight @ norm.bias
    return _array(weight.T), _array(bias)


def fold(model: SgCldff) -> Arrays:
    """All arrays of the network by name, float32; model must be in evaluation mode."""
    arrays: Arrays = {"gate": _array(model.gate.reshape(1)), "fusion.eca": _array(model.fusion.eca.weight.reshape(-1))}
    for name, layer, norm in named_layers(model):
        weight, bias = _folded(layer, norm)
        if name.endswith(".qkv"):
            channels = layer.in_features
            weight[:, :channels] *= (channels // HEADS) ** -0.5
            bias[:channels] *= (channels // HEADS) ** -0.5
        if name == "segment.logits":
            weight, bias = weight[..., SHUFFLE], bias[SHUFFLE]
        arrays[f"{name}.w"], arrays[f"{name}.b"] = np.ascontiguousarray(weight), bias
    for name, block in swin_blocks(model):
        arrays[f"{name}.bias"] = _array(block.attention_bias())
    scale, shift = norm_scale(model.fusion.norm)
    for k, conv in enumerate(model.fusion.project):
        arrays[f"fusion.project{k}.w"] = _kernel(conv, conv.weight * scale[:, None, None, None])
    arrays["fusion.b"] = _array(shift)
    if model.describe:
        # One layer for all attributes, side by side in their order.
        arrays["describe.w"] = np.concatenate([_array(layer.weight.T) for layer in model.describe.values()], 1)
        arrays["describe.b"] = np.concatenate([_array(layer.bias) for layer in model.describe.values()])
    return arrays


def _neutral(norm: nn.BatchNorm2d, shift: torch.Tensor) -> None:
    norm.weight.fill_(1)
    norm.bias.copy_(shift)
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)


@torch.no_grad()
def as_shipped(model: SgCldff, arrays: Arrays) -> SgCldff:
    """The network with its folded arrays rounded to float16, as the app will run it; a copy.

    Goldens are computed with it, so that they differ from the app by arithmetic alone.
    """
    shipped = copy.deepcopy(model).eval()
    rounded = {k: torch.from_numpy(v.astype(np.float16).astype(np.float32)) for k, v in arrays.items()}
    shipped.gate.copy_(rounded["gate"][0])
    shipped.fusion.eca.weight.copy_(rounded["fusion.eca"][None, None])
    for name, layer, norm in named_layers(shipped):
        weight, bias = rounded[f"{name}.w"].clone(), rounded[f"{name}.b"].clone()
        if name.endswith(".qkv"):
            channels = layer.in_features
            weight[:, :channels] *= (channels // HEADS) ** 0.5
            bias[:channels] *= (channels // HEADS) ** 0.5
        if name == "segment.logits":
            inverse = np.argsort(SHUFFLE)
            weight, bias = weight[..., inverse], bias[inverse]
        if isinstance(layer, nn.Conv2d):
            layer.weight.copy_(weight.permute(2, 3, 0, 1) if is_depthwise(layer) else weight.permute(3, 2, 0, 1))
        else:
            layer.weight.copy_(weight.T)
        if isinstance(norm, nn.BatchNorm2d):
            _neutral(norm, bias)
        else:
            layer.bias.copy_(bias)
        if isinstance(norm, nn.LayerNorm):
            norm.weight.fill_(1)
            norm.bias.zero_()
    for name, block in swin_blocks(shipped):
        block.table.copy_(block.table.half().float())
    for k, conv in enumerate(shipped.fusion.project):
        conv.weight.copy_(rounded[f"fusion.project{k}.w"].permute(3, 2, 0, 1))
    _neutral(shipped.fusion.norm, rounded["fusion.b"])
    if model.describe:
        at = 0
        for layer in shipped.describe.values():
            values = slice(at, at + layer.out_features)
            layer.weight.copy_(rounded["describe.w"][:, values].T)
            layer.bias.copy_(rounded["describe.b"][values])
            at += layer.out_features
    return shipped
