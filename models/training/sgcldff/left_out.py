"""What a run leaves out of its training so that it can be measured on it: sets, a fold of a set by slide, types of cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .constants import PLATELET, TYPE_INDEX, TYPES

FOLDS = 3


def folds_of(groups: np.ndarray) -> np.ndarray:
    """Fold [N] of each cell by its slide (groups [N]): the largest slide first, each to the fold that holds least."""
    names, counts = np.unique(groups, return_counts=True)
    held, fold = np.zeros(FOLDS, int), {}
    for i in sorted(range(len(names)), key=lambda i: (-counts[i], names[i])):
        fold[names[i]] = int(held.argmin())
        held[held.argmin()] += counts[i]
    return np.array([fold[g] for g in groups], int)


@dataclass(frozen=True)
class LeftOut:
    """sets: by name; fold: 'chula_wbc:0', the first third of that set's slides, the rest of which are trained on, val and all;
    types: kinds of cell of which none is shown."""

    sets: tuple[str, ...] = ()
    fold: str | None = None
    types: tuple[str, ...] = ()

    @classmethod
    def of(cls, options: dict) -> LeftOut:
        """As a run's options say, those of earlier versions too."""
        return cls(tuple(options.get("exclude") or ()), options.get("fold"), tuple(options.get("without_types") or ()))

    def split(self, columns: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Of stored cells: which are trained on, which are val, bool [N] each, and by name the typed ones that are left out.

        A set of which a fold is left out has no val cells: they are in one fold or another. Of a set left out whole they
        stay val, of which masks are measured.
        """
        kinds, sets = columns["type"], columns["set"]
        # Outside PBC, 'platelet/other' is what no label names: platelets, red cells, the detector's false finds.
        typed = (kinds < len(TYPES)) & ~((kinds == PLATELET) & (sets != "pbc"))
        train = (columns["split"] == "train") & ~np.isin(sets, self.sets)
        val = columns["split"] == "val"
        out = {name: (sets == name) & typed for name in self.sets}
        if self.fold:
            name, k = self.fold.rsplit(":", 1)
            of = sets == name
            held = np.zeros(len(sets), bool)
            held[of] = folds_of(columns["group"][of]) == int(k)
            train, val = (train | of) & ~held, val & ~of
            out[self.fold] = held & typed
        for name in self.types:
            of = kinds == TYPE_INDEX[name]
            out[name] = val & of
            train, val = train & ~of, val & ~of
        return train, val, out
