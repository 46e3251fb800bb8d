"""Losses on cases worked out by hand: what is unlabelled must not teach, what is aligned must cost nothing."""

import math

import pytest
import torch

from sgcldff import losses
from sgcldff.constants import PLATELET, TYPES
from sgcldff.crops import ANY_WHITE_CELL, UNKNOWN


def confident(mask: torch.Tensor, sure: float = 12.0) -> torch.Tensor:
    """Logits [B, 3, H, W] that call exactly this mask."""
    return sure * torch.nn.functional.one_hot(mask, 3).permute(0, 3, 1, 2).float()


def cell_mask() -> torch.Tensor:
    mask = torch.zeros(1, 16, 16, dtype=torch.long)
    mask[:, 4:12, 4:12] = 1
    mask[:, 6:10, 6:10] = 2
    return mask


def test_a_perfect_mask_costs_nothing_and_a_wrong_one_much():
    mask = cell_mask()
    assert losses.segmentation_loss(confident(mask), mask).item() < 0.02
    assert losses.segmentation_loss(confident(2 - mask), mask).item() > 2


def test_unknown_pixels_teach_nothing():
    mask = cell_mask()
    mask[:, :, 8:] = UNKNOWN
    logits = torch.randn(1, 3, 16, 16, requires_grad=True)
    losses.segmentation_loss(logits, mask).backward()
    assert logits.grad[:, :, :, 8:].abs().max() == 0
    assert logits.grad[:, :, :, :8].abs().max() > 0


def test_an_unlabelled_batch_costs_zero():
    mask = torch.full((2, 16, 16), UNKNOWN)
    logits = torch.randn(2, 3, 16, 16, requires_grad=True)
    loss = losses.segmentation_loss(logits, mask)
    loss.backward()
    assert loss.item() == 0 and logits.grad.abs().max() == 0


def test_type_loss_is_cross_entropy_without_smoothing():
    logits, types = torch.randn(4, 8), torch.tensor([0, 3, 7, 2])
    got = losses.type_loss(logits, types, torch.ones(4), torch.ones(8), smoothing=0)
    assert got.item() == pytest.approx(torch.nn.functional.cross_entropy(logits, types).item(), abs=1e-6)


def test_a_cell_known_only_as_white_must_not_be_other():
    types, ones = torch.tensor([ANY_WHITE_CELL]), torch.ones(1)
    uniform = losses.type_loss(torch.zeros(1, 8), types, ones, torch.ones(8)).item()
    assert uniform == pytest.approx(-math.log(7 / 8), abs=1e-6)
    other = torch.zeros(1, 8)
    other[0, PLATELET] = 9
    assert losses.type_loss(other, types, ones, torch.ones(8)).item() > 5


def test_untyped_and_distrusted_cells_do_not_count():
    logits = torch.randn(2, 8, requires_grad=True)
    trust = torch.tensor([1.0, 0.0])
    losses.type_loss(logits, torch.tensor([UNKNOWN, 1]), trust, torch.ones(8)).backward()
    assert logits.grad.abs().max() == 0


def test_class_weights_favour_the_rare():
    weights = losses.class_weights(torch.tensor([0] * 100 + [1] * 4 + [ANY_WHITE_CELL] * 9))
    assert weights.shape == (len(TYPES),)
    assert weights[1] / weights[0] == pytest.approx(5, rel=1e-5)
    assert weights.mean().item() == pytest.approx(1, abs=1e-5)


def test_alignment_is_the_share_of_grad_cam_outside_the_cell():
    mask = torch.zeros(1, 32, 32, dtype=torch.long)
    mask[:, 8:24, 8:24] = 1
    inside, outside = torch.zeros(1, 8, 8), torch.zeros(1, 8, 8)
    inside[:, 3:5, 3:5] = 1
    outside[:, 0, :] = 1
    assert losses.alignment_loss(inside, mask).item() == pytest.approx(0, abs=1e-6)
    assert losses.alignment_loss(outside, mask).item() == pytest.approx(1, abs=1e-3)
    assert losses.alignment_loss(inside * 4 + outside * 2, mask).item() == pytest.approx(0.5, abs=1e-3)


def test_alignment_skips_crops_without_a_known_mask():
    mask = torch.full((1, 32, 32), UNKNOWN)
    assert losses.alignment_loss(torch.ones(1, 8, 8), mask).item() == 0
    assert losses.alignment_loss(torch.ones(1, 8, 8), torch.zeros(1, 32, 32, dtype=torch.long)).item() == 0


def test_every_attribute_has_a_gradient_also_where_no_cell_is_described():
    logits = {"nucleus shape": torch.randn(2, 3, requires_grad=True), "chromatin": torch.randn(2, 2, requires_grad=True)}
    weights = [torch.ones(3), torch.ones(2)]
    loss = losses.attribute_loss(logits, torch.full((2, 2), UNKNOWN), weights)
    loss.backward()
    assert loss == 0 and all(value.grad is not None and not value.grad.any() for value in logits.values())
    losses.attribute_loss(logits, torch.tensor([[0, UNKNOWN], [2, UNKNOWN]]), weights).backward()
    assert logits["nucleus shape"].grad.any() and not logits["chromatin"].grad.any()


def test_a_rare_value_of_an_attribute_weighs_more_and_what_is_not_described_nothing():
    labels = torch.tensor([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, UNKNOWN])
    weights = losses.value_weights(labels, 2)
    assert weights[1] / weights[0] == pytest.approx(3)
    assert (weights[labels[:10]]).mean() == pytest.approx(1)
    logits = {"vacuole": torch.tensor([[0.0, 2.0], [9.0, -9.0]])}
    alone = losses.attribute_loss({"vacuole": logits["vacuole"][:1]}, torch.tensor([[1]]), [weights])
    both = losses.attribute_loss(logits, torch.tensor([[1], [UNKNOWN]]), [weights])
    assert both == pytest.approx(alone.item())
    assert losses.attribute_loss(logits, torch.full((2, 1), UNKNOWN), [weights]) == 0
