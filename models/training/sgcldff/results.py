"""What `npm run analyse` wrote: results.json by image, with those that failed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Results:
    """Entries by file; of those that could not be analysed the reason instead."""

    model: dict | None
    analysed: dict[str, dict] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Results:
        """Of the folder that was given as --out."""
        content = json.loads((folder / "results.json").read_text())
        result = cls(content.get("model"))
        for entry in content["images"]:
            if "error" in entry:
                result.failed[entry["file"]] = entry["error"]["message"]
            else:
                result.analysed[entry["file"]] = entry
        return result
