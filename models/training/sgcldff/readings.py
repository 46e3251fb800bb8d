"""Types of white cells whose set names none, or ones nobody vouches for, as read from pictures of the cells.

Read on 2026-11-30 from sheets of cells without names, without the network's calls and without the set's labels, by an AI model
that looks at pictures: no haematologist has seen them. They stand for what a careful eye makes of Raabin's cells, which have
boxes alone, and of BCCD's, whose types come from no expert (24 of its 56 'eosinophils' for training show no eosinophil granule).
BCCD's val cells keep the types that were published with them.

One letter a cell: by file name, within a file in the order of its boxes, or of its mask's cells (data.instances).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from .data import Record, instances, is_white

TRUST = 0.7
"""Weight in the types' loss, of an expert's label 1."""

UNSURE = "?"
"""White, but of a type that could not be told."""

NO_CELL = "X"
"""A red cell, a speck, or too little of a cell, within a box that says it is white."""

LETTERS = {"N": "neutrophil", "E": "eosinophil", "B": "basophil", "L": "lymphocyte", "M": "monocyte"}

READ: dict[tuple[str, str], tuple[str, str]] = {
    ("raabin", "val"): ("db50323b", "NMBLLB?ENLLXLNELMENEMN?LBLBBNXBMMBEENBMEBEMLNEXBMLN"),
    ("raabin", "train"): (
        "6ffd9f66",
        "LBXLBXBXM?LEBBBLNENXM?NLNEMNMLBBNEEBMNNEEM??MBN?EBMLMEXMMNLLEEBEBEBLBEMLLNLNMBB?NXM?BNEEBEBLBEEENMBL"
        "LLM?MBBE??EBXLMBMXEBBMEELXNLNBEBNMLBNMNELXMLBMBBMEM?ELEXNLBB?XMMEBNMNEENMB?XBBBEMMMLNLBMEEXLBBLN?N?N"
        "NBNNMBEMN?XLNBMEEEBMNNBENLBEBMMLXELBNLBNNMNLMLBBMBMNLLBNMELNLMLLBEMMNNMMNNE??LLENBLEMNEML?EEEB??MNMN"
        "NNMBNENM?MB?LXLNBLLLBMNEBNMEBBEEMBEEMBLMMLNNMLLLXELEMLMEEMBLNEL?LEEBNENNNLELBEEEBMENLEEE?EM",
    ),
    ("bccd", "train"): (
        "e56260ce",
        "NNNNNENENNNNMNENNLLNNENNNNNNNEN?NLNENNLN?NENNN?NNENLNNNNLNN?LN?NNEENLNMNN??NNNNLENNNNN??NNL?NNNN?NNE"
        "NENNBNNL?NE?LNNENNNNNNNLNENNNNNMLNNNELNNNENLMNNNNNNNLLEEMNNENNNLNMNMNNMN??NNNNNNNN?NELNN?ENNNENNNNNN"
        "NNNNNNNE?NENNENNNNNNNNNNNNNNE",
    ),
}
"""By set and split: what the cells' file names must hash to, and their letters."""


WHITE_FINDS = {
    "chula_wbc": (
        "B-56_0011", "B-56_0012", "B-56_0013", "B-56_0150", "B-56_0151", "B-56_0152", "B-56_0153", "B-56_0154", "B-57_0061", "B-57_0063", "E-13_0077", "L-8_0721", "M-8_0880", "M-8_0984",
    ),
    "raabin": ("2bd943ad", "501ef848", "a362cf18", "d5ac6b8b", "56e02fda"),
}
"""Files, by how their names begin, in which the detector found a white cell that no box is around (looked at where 5.4 found no platelet likely; smudges
are not among them): what was found there is no 'platelet/other'."""


def white_finds(sets: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Whether a crop [N] of what no label names comes from such a file."""
    return np.array([str(name).startswith(WHITE_FINDS[str(s)]) if str(s) in WHITE_FINDS else False for s, name in zip(sets, names)], bool)


def white_cells(record: Record) -> int:
    """How many cells of a field letters stand for."""
    mask = record.mask()
    return len(instances(mask)[1]) if mask is not None else sum(is_white(b[0]) for b in record.boxes)


def with_types(record: Record, letters: str) -> Record:
    """The record with the types that were read in place of the labels of its white boxes; what was not told, or is no cell, keeps its label:
    detection is measured by the boxes as they were published."""
    left = iter(letters)
    boxes = [(LETTERS.get(next(left), label) if is_white(label) else label, *box) for label, *box in record.boxes]
    return replace(record, boxes=boxes)


def readings(records: list[Record]) -> dict[str, str]:
    """Letters by file name, for the records of one set that were read. Exits where the files are not those that were."""
    result: dict[str, str] = {}
    for (name, split), (wanted, letters) in READ.items():
        of = sorted((r for r in records if r.set == name and r.split == split), key=lambda r: r.path.name)
        if not of:
            continue
        counts = [white_cells(r) for r in of]
        names = "\n".join(r.path.name for r, n in zip(of, counts) for _ in range(n))
        if hashlib.sha256(names.encode()).hexdigest()[:8] != wanted:
            raise SystemExit(f"{name}: its {split} cells are not the {len(letters)} whose types were read (readings.py): is the set whole, and this version of it?")
        at = 0
        for record, n in zip(of, counts):
            result[record.path.name] = letters[at : at + n]
            at += n
    return result
