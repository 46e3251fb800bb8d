import os
import subprocess
import sys

import torch

from sgcldff.together import Together

TWO = """
import sys, torch
from sgcldff.together import Together, spread
spread(2, "two", sys.argv[1:])
together = Together()
values = [torch.full((2, 3), float(together.rank)), torch.tensor([10.0 * together.rank])]
together.average(values)
time = together.agree(3.0 + together.rank)
open(f"{sys.argv[1]}/{together.rank}", "w").write(f"{together.size} {values[0].tolist()} {values[1].tolist()} {time}")
sys.exit(4 if together.first else 0)
"""


def test_two_processes_average_their_tensors_and_hear_the_first(tmp_path):
    (tmp_path / "two.py").write_text(TWO)
    environment = {k: v for k, v in os.environ.items() if k not in ("RANK", "WORLD_SIZE")}
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    ran = subprocess.run([sys.executable, "-m", "two", str(tmp_path)], env=environment | {"PYTHONPATH": path}, timeout=120)
    assert ran.returncode == 4, "a process's failure is the run's"
    said = [(tmp_path / str(rank)).read_text() for rank in range(2)]
    assert said == ["2 [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]] [5.0] 3.0"] * 2


def test_one_alone_changes_nothing(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    together, value = Together(), torch.tensor([2.0])
    together.average([value])
    assert together.first and float(value) == 2 and together.agree(5.0) == 5.0
