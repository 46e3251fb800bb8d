"""Folds a trained SG-CLDFF into plain arrays: what the app's network reads, nothing else.

Batch norms go into their convolutions, layer norms' affine parts and the attention scale into the
linear layers that follow, relative position bias and shift mask into one additive bias a block.
Layouts are tfjs's: convolution [kh, kw, in/groups, out], depthwise [kh, kw, channels, 1],
linear [in, out].
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from .network import HEADS, ConvNorm, MBConv, SgCldff, SwinBlock

Arrays = dict[str, np.ndarray]


def _array(x: torch.Tensor) -> np.ndarray:
    return x.detach().cpu().numpy().astype(np.float32)


def norm_scale(norm: nn.BatchNorm2d) -> tuple[torch.Tensor, torch.Tensor]:
    """Per-channel scale and shift of a batch norm in evaluation."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return scale, norm.bias - norm.running_mean * scale


def conv_kernel(weight: torch.Tensor, depthwise: bool = False) -> np.ndarray:
    """[out, in/groups, kh, kw] to tfjs's layout."""
    return _array(weight.permute(2, 3, 0, 1) if depthwise else weight.permute(2, 3, 1, 0))


def fold_conv_norm(into: Arrays, name: str, layer: ConvNorm) -> None:
    conv, norm = layer[0], layer[1]
    scale, shift = norm_scale(norm)
    depthwise = conv.groups == conv.in_channels > 1
    into[f"{name}.w"] = conv_kernel(conv.weight * scale[:, None, None, None], depthwise)
    into[f"{name}.b"] = _array(shift)


def fold_conv(into: Arrays, name: str, conv: nn.Conv2d) -> None:
    into[f"{name}.w"] = conv_kernel(conv.weight)
    into[f"{name}.b"] = _array(conv.bias)


def fold_mbconv(into: Arrays, name: str, block: MBConv) -> None:
    for part in ("expand", "depthwise", "project"):
        fold_conv_norm(into, f"{name}.{part}", getattr(block, part))


def fold_linear(into: Arrays, name: str, layer: nn.Linear, norm: nn.LayerNorm | None = None) -> None:
    weight, bias = layer.weight, layer.bias
    if norm is not None:
        bias = bias + weight @ norm.bias
        weight = weight * norm.weight[None]
    into[f"{name}.w"], into[f"{name}.b"] = _array(weight.T), _array(bias)


def fold_swin(into: Arrays, name: str, block: SwinBlock) -> None:
    fold_linear(into, f"{name}.qkv", block.qkv, block.norm1)
    channels = block.out.in_features
    scale = (channels // HEADS) ** -0.5
    into[f"{name}.qkv.w"][:, :channels] *= scale
    into[f"{name}.qkv.b"][:channels] *= scale
    fold_linear(into, f"{name}.out", block.out)
    fold_linear(into, f"{name}.mlp1", block.mlp1, block.norm2)
    fold_linear(into, f"{name}.mlp2", block.mlp2)
    into[f"{name}.bias"] = _array(block.attention_bias())


def fold(model: SgCldff) -> Arrays:
    """All arrays of the network by name, float32; model must be in evaluation mode."""
    arrays: Arrays = {}
    for k, conv in enumerate(model.saliency.down):
        fold_conv(arrays, f"saliency.down{k}", conv)
    for k, conv in enumerate(model.saliency.up):
        fold_conv(arrays, f"saliency.up{k}", conv)
    fold_conv(arrays, "saliency.last", model.saliency.last)
    fold_conv(arrays, "saliency.out", model.saliency.out)
    arrays["gate"] = _array(model.gate.reshape(1))
    fold_conv_norm(arrays, "stem", model.stem)
    for stage in ("stage1", "stage2"):
        for k, block in enumerate(getattr(model, stage)):
            fold_mbconv(arrays, f"{stage}.{k}", block)
    for stage in ("stage3", "stage4"):
        fold_mbconv(arrays, f"{stage}.down", getattr(model, stage).down)
        for k, block in enumerate(getattr(model, stage).blocks):
            fold_swin(arrays, f"{stage}.{k}", block)
    scale, shift = norm_scale(model.fusion.norm)
    for k, conv in enumerate(model.fusion.project):
        arrays[f"fusion.project{k}.w"] = conv_kernel(conv.weight * scale[:, None, None, None])
    arrays["fusion.b"] = _array(shift)
    for k, block in enumerate(model.fusion.blocks):
        for part in ("reduce", "grouped", "expand"):
            fold_conv_norm(arrays, f"fusion.{k}.{part}", getattr(block, part))
    arrays["fusion.eca"] = _array(model.fusion.eca.weight.reshape(-1))
    for part in ("lateral", "depth1", "point1", "depth2", "point2"):
        fold_conv_norm(arrays, f"segment.{part}", getattr(model.segment, part))
    fold_conv(arrays, "segment.logits", model.segment.logits)
    # PyTorch shuffles channel-major (c, i, j); depthToSpace reads (i, j, c).
    order = np.arange(12).reshape(3, 4).T.ravel()
    arrays["segment.logits.w"] = arrays["segment.logits.w"][..., order]
    arrays["segment.logits.b"] = arrays["segment.logits.b"][order]
    fold_conv_norm(arrays, "evidence", model.evidence)
    fold_linear(arrays, "classify", model.classify)
    return arrays
