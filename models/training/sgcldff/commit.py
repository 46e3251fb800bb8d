"""Which training code something was made with."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit() -> str:
    """Commit of the training code in the checkout, or 'unknown' outside one."""
    answer = subprocess.run(["git", "log", "-1", "--format=%H", "--", "."], capture_output=True, text=True, cwd=Path(__file__).parent)
    return answer.stdout.strip() or "unknown"
