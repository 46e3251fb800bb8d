"""Several processes that train one network: each draws its own crops, their gradients are averaged.

On a CPU one thread a process makes more of the cores than threads that share every layer do: train --processes 2.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys

import torch
import torch.distributed as dist


def spread(processes: int, module: str, arguments: list[str]) -> None:
    """Run `python -m module arguments` in so many processes of one run, and end with them. Returns in those processes."""
    if processes == 1 or "RANK" in os.environ:
        return
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    common = os.environ | {"WORLD_SIZE": str(processes), "MASTER_ADDR": "localhost", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", module, *arguments]
    running = [subprocess.Popen(command, env=common | {"RANK": str(rank)}) for rank in range(processes)]
    try:
        sys.exit(max(abs(process.wait()) for process in running))
    finally:
        for process in running:
            process.kill()


class Together:
    """The processes of a run; one alone where `spread` started none."""

    def __init__(self) -> None:
        self.size = int(os.environ.get("WORLD_SIZE", 1))
        if self.size > 1:
            dist.init_process_group("gloo")
            # Its threads would abort a process that ends before them.
            atexit.register(dist.destroy_process_group)
        self.rank = dist.get_rank() if self.size > 1 else 0
        self.first = self.rank == 0

    def average(self, tensors: list[torch.Tensor]) -> None:
        """Every tensor := its mean over the processes, in one exchange."""
        if self.size == 1:
            return
        flat = torch.cat([t.reshape(-1) for t in tensors])
        dist.all_reduce(flat)
        flat /= self.size
        for t, mean in zip(tensors, flat.split([t.numel() for t in tensors])):
            t.copy_(mean.view_as(t))

    def agree(self, value: float) -> float:
        """The first process's value, in all of them."""
        if self.size == 1:
            return value
        told = torch.tensor([value], dtype=torch.float64)
        dist.broadcast(told, 0)
        return float(told)
