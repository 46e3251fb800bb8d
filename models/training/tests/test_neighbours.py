import numpy as np
import torch

from sgcldff.crops import STORED, UNKNOWN
from sgcldff.neighbours import Lenders, cut_out, lent_views, restain, surround

SIZE = 32


def disc(radius: float, label: int = 1) -> torch.Tensor:
    y, x = torch.meshgrid(torch.arange(SIZE) + 0.5, torch.arange(SIZE) + 0.5, indexing="ij")
    return torch.where(torch.hypot(x - SIZE / 2, y - SIZE / 2) < radius, label, 0)


def test_a_cell_is_cut_out_with_its_unsure_edge_and_not_where_most_of_it_is_unknown() -> None:
    sure = disc(8)
    sure[4, 4] = UNKNOWN
    unsure_edge = torch.where(disc(9) > 0, UNKNOWN, 0)
    unsure_edge[disc(8) > 0] = 1
    own, can = cut_out(torch.stack([sure, unsure_edge, disc(10, UNKNOWN), disc(0)]))
    assert can.tolist() == [True, True, False, False]
    # A far unknown pixel is not the cell's; those at its edge are.
    assert not own[0, 4, 4] and torch.equal(own[1], disc(9) > 0)


def test_around_the_cell_is_what_was_lent_and_background_and_the_cell_is_as_it_was() -> None:
    mask = torch.stack([disc(8), disc(0)])
    image, lent = torch.full((2, 3, SIZE, SIZE), 0.25), torch.full((2, 3, SIZE, SIZE), 0.75)
    inside = torch.ones(2, SIZE, SIZE, dtype=torch.bool)
    inside[:, :, -3:] = False
    mask[0, 0, 0] = mask[0, 0, -1] = UNKNOWN
    laid, labels, can = surround(image, mask, lent, inside)
    assert can.tolist() == [True, False]
    assert torch.all(laid[0, :, disc(6) > 0] == 0.25) and torch.all(laid[0, :, 0, :-3] == 0.75)
    # Outside what the lender shows, the image and its labels stay.
    assert torch.all(laid[0, :, :, -3:] == 0.25) and labels[0, 0, -1] == UNKNOWN
    assert labels[0, 0, 0] == 0 and torch.equal(labels[0] == 1, disc(8) > 0)
    assert torch.equal(laid[1], image[1]) and torch.equal(labels[1], mask[1])


def test_a_lenders_own_cell_lies_beside_the_centre() -> None:
    stored = np.full((64, STORED, STORED, 3), 255, np.uint8)
    middle = slice(STORED // 2 - 12, STORED // 2 + 12)
    stored[:, middle, middle] = 0
    view, inside = lent_views(stored, 0.7, SIZE, torch.Generator().manual_seed(0))
    centre = view[:, :, SIZE // 2 - 4 : SIZE // 2 + 4, SIZE // 2 - 4 : SIZE // 2 + 4]
    assert centre.min() > 0.99, "white about the centre"
    assert (view.flatten(1).min(1).values < 0.5).float().mean() > 0.8, "and the cell seen in most"
    assert inside.float().mean() > 0.5 and not inside.all()


def test_restain_maps_optical_density_and_keeps_clear_glass() -> None:
    rgb = torch.tensor([0.1, 0.5, 1.0]).view(1, 3, 1, 1)
    halved = restain(rgb, 0.5 * torch.eye(3)[None])
    assert torch.allclose(halved.flatten(), rgb.flatten().sqrt(), atol=1e-6)


def test_lend_changes_about_the_share_asked_for_and_never_lends_from_val() -> None:
    images = np.full((40, STORED, STORED, 3), 255, np.uint8)
    images[20:] = 0  # val: black
    train = np.arange(40) < 20
    source = np.array(["a", "other"] * 20)
    labs, maps, learnt = torch.zeros(40, dtype=torch.int64), torch.eye(3).expand(1, 1, 3, 3), torch.tensor([True])
    lenders = Lenders(images, source, train, labs, maps, learnt)
    mask = disc(8).expand(400, SIZE, SIZE)
    image = torch.full((400, 3, SIZE, SIZE), 0.5)
    rng, generator = np.random.default_rng(0), torch.Generator().manual_seed(0)
    lent, _, laid = lenders.lend(np.zeros(400, int), image, mask, 0.7, 0.25, rng, generator)
    changed = (lent != image).flatten(1).any(1)
    assert 0.18 < changed.float().mean() < 0.32
    assert lent.min() >= 0.5
    # Every cell here can be cut out; where the lender shows nothing the view stays as it was.
    assert (laid >= changed).all() and 0.18 < laid.float().mean() < 0.32
    assert torch.equal(lenders.lend(np.zeros(400, int), image, mask, 0.7, 0.0, rng, generator)[0], image)
