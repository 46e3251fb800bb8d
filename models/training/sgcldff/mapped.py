"""Arrays of an .npz as they lie in its file: the processes of a run share their pages, of which the stored crops have gigabytes."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np

LOCAL_HEADER = 30
"""Bytes of a zip member's local header before its name and its extra field, whose lengths are its last two 16-bit words (APPNOTE 4.3.7)."""


def mapped(path: Path) -> dict[str, np.ndarray]:
    """Every array of an .npz by its name. What is written to them stays in this process. ValueError where the file is compressed."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        return {member.filename.removesuffix(".npy"): _array(path, archive, member, file) for member in archive.infolist()}


def _array(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, file) -> np.ndarray:
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{path}: {member.filename} is compressed and cannot be mapped: write it with np.savez")
    with archive.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, kind = header(stream)
        described = stream.tell()
    if 0 in shape:
        return np.zeros(shape, kind)
    file.seek(member.header_offset + LOCAL_HEADER - 4)
    name, extra = struct.unpack("<HH", file.read(4))
    start = member.header_offset + LOCAL_HEADER + name + extra + described
    return np.asarray(np.memmap(path, kind, "c", start, shape, "F" if fortran else "C"))
