"""Which pictures show the same cell: Chula photographed some of its cells many times over, a few px apart.

Its files are numbered as they were taken, slide by slide (B-42_0021, B-42_0022 ...): the 11 basophils of its val split are one cell. A
run of numbers at most two apart is taken as one cell, which may join neighbours of two fields, and is never a cell told twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

APART = 2
NUMBERED = re.compile(r"([A-Z]+-\w+)_(\d+)\.\w+")


def once(set_: str, names: Sequence[str]) -> np.ndarray:
    """What each picture [N] counts so that a cell counts once: one over the pictures of its run. Cells of one picture are several cells."""
    of = takes(set_, names)
    pictures = {take: len({name for name, t in zip(names, of) if t == take}) for take in set(of)}
    return np.array([1 / pictures[take] for take in of])


def takes(set_: str, names: Sequence[str]) -> np.ndarray:
    """An index for each file name [N]: alike where the pictures are of one run. Of other sets than Chula every file is its own."""
    order, last, current = np.zeros(len(names), int), ("", -1), -1
    keys = [(m[1], int(m[2])) if set_ == "chula_wbc" and (m := NUMBERED.fullmatch(name)) else (name, 0) for name in names]
    for i in sorted(range(len(names)), key=lambda i: keys[i]):
        if keys[i][0] != last[0] or keys[i][1] > last[1] + APART:
            current += 1
        last = keys[i]
        order[i] = current
    return order
