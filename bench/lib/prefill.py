"""Prints the seconds that torch takes for one forward pass of so many tokens through the shipped weights, in f32 on one thread."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
import torch

import data
import export

torch.set_num_threads(1)
model = export.load_exported(data.ROOT / "public" / "models" / "knowshot-mini")
ids = torch.arange(int(sys.argv[1]))[None] % 9000 + 300
with torch.no_grad():
    times = []
    for _ in range(4):
        start = time.perf_counter()
        model.logits(model.hidden(ids)[:, -1])
        times.append(time.perf_counter() - start)
print(sorted(times[1:])[1])
