import torch
from torch import nn

from sgcldff.constants import TYPE_INDEX, TYPES
from sgcldff.pseudo_types import common, probabilities


def sure_of(name: str, p: float) -> torch.Tensor:
    """Probabilities [8] with p for one type, the rest shared."""
    out = torch.full((len(TYPES),), (1 - p) / (len(TYPES) - 1))
    out[TYPE_INDEX[name]] = p
    return out


def test_a_type_is_taken_where_all_teachers_name_it_and_are_sure():
    first = torch.stack([sure_of("monocyte", 0.95), sure_of("monocyte", 0.95), sure_of("monocyte", 0.95), sure_of("platelet", 0.99)])
    second = torch.stack([sure_of("monocyte", 0.9), sure_of("lymphocyte", 0.9), sure_of("monocyte", 0.5), sure_of("platelet", 0.99)])
    assert common(torch.stack([first, second])).tolist() == [TYPE_INDEX["monocyte"], -1, -1, -1]


def test_every_way_to_turn_and_mirror_a_cell_counts_alike():
    class Corner(nn.Module):
        """Sure of the first type where the view's first corner is light."""

        def forward(self, image):
            self.types = torch.zeros(len(image), len(TYPES))
            self.types[:, 0] = 50 * image[:, 0, 0, 0]
            return self

    image = torch.zeros(1, 3, 4, 4)
    image[0, 0, 0, 0] = 1
    # Two of the eight views have that corner first; the others say nothing.
    expected = (2 + 6 / len(TYPES)) / 8
    torch.testing.assert_close(probabilities(Corner(), image)[0, 0], torch.tensor(expected))
