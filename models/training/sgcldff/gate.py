"""The trust gate's file: a small part of the goldens, which the app compares on each new device.

    python -m sgcldff.gate ../sg-cldff-v5    # from its golden/ folder; convert does it by itself

gate.bin is in safetensors' layout (header length, JSON header, bytes): for each golden crop its input as
bytes, its types and features whole, and of its larger outputs every seventh value, so that every
class and every place of the sub-pixel shuffle is among them; of the window of the first crop its box and white point in place of px,
and the maps of cells and cores where it is a field.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

STRIDE = 7
WHOLE = ("types", "features", "box", "white")
THINNED = ("segmentation", "cams", "saliency", "field", "fieldCores")


def write_gate(folder: Path) -> None:
    """folder: the model's, with golden/golden.json and golden.bin, and with a manifest, which gets the file's hash."""
    golden = folder / "golden"
    entries = json.loads((golden / "golden.json").read_text())
    data = (golden / "golden.bin").read_bytes()
    header: dict[str, dict] = {"__metadata__": {"stride": str(STRIDE)}}
    payload = bytearray()
    for entry in entries:
        name, shape = entry["name"], entry["shape"]
        values = np.frombuffer(data, "<f4", int(np.prod(shape)), entry["offset"])
        if name == "input":
            stored, dtype = np.round(values * 255).astype(np.uint8), "U8"
            assert np.array_equal(stored.astype(np.float32) / 255, values), "inputs are whole bytes"
        elif name in WHOLE:
            stored, dtype, shape = values, "F32", [values.size]
        elif name in THINNED:
            if name == "field":
                header["__metadata__"]["fieldSide"] = str(shape[0])
            stored, dtype = values[::STRIDE], "F32"
            shape = [stored.size]
        else:
            continue
        start = len(payload)
        payload += stored.tobytes()
        header[f"{entry['crop']}.{name}"] = {"dtype": dtype, "shape": shape, "data_offsets": [start, len(payload)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    gate = len(text).to_bytes(8, "little") + text + bytes(payload)
    (folder / "gate.bin").write_bytes(gate)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["gate"] = {"path": "gate.bin", "bytes": len(gate), "sha256": hashlib.sha256(gate).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    write_gate(Path(sys.argv[1]))
