"""Training: episodes in, one optimiser, data parallel over processes; resumable; trunk first, then branches.

    python3 train.py trunk            constant rate after a warm-up; ends after config steps, or when WORK/stop-trunk appears
    python3 train.py knowledge|plain  from the trunk, the rate falling to zero over a fixed number of steps
"""

import multiprocessing
import os
import pickle
import platform
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import bpe
import construct
import data
import teach
import templates
from episodes import Sampler
from knowledge import BranchSampler
from model import Config, Model

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
DTYPE = torch.bfloat16


def load_inputs():
    tok = bpe.load(data.WORK / "tokenizer.json")
    encoded = data.encode_all(tok)
    E = torch.load(data.WORK / "embeddings.pt")
    teachers = teach.load(encoded, tok)
    path = data.WORK / "vectors.pkl"
    if not path.exists():
        freq = construct.token_frequency(encoded["stream"], len(tok.vocab))
        vectors = {t: construct.text_vectors(E, freq, [r["ids"] for r in encoded[t]["train"]]) for t in templates.TASKS}
        path.write_bytes(pickle.dumps(vectors))
    return tok, encoded, E, pickle.loads(path.read_bytes()), teachers


def constructed_model(tok):
    torch.manual_seed(data.CONFIG["seed"])
    model = Model(Config(len(tok.vocab), **data.CONFIG["model"]))
    model.initialise(torch.Generator().manual_seed(data.CONFIG["seed"]))
    model.embed_tokens.data = torch.load(data.WORK / "embeddings.pt").clone()
    construct.circuits(model, data.CONFIG["construct"])
    return model


def losses(model, batch, settings):
    b = {k: torch.from_numpy(v).to(DEVICE) for k, v in batch.items()}
    weight, text, fact, choices = b["weight"], b["text"], b["fact"], b["choices"].long()
    h = model.hidden(b["ids"], DTYPE, dropout=b["dropout"]).reshape(-1, model.config.hidden_size)
    logits = model.logits(h.index_select(0, b["at"]), DTYPE)
    full = F.cross_entropy(logits, b["token"].long(), reduction="none")
    has = choices[:, 0] >= 0
    picked = logits.gather(1, choices.clamp(min=0)).masked_fill(choices < 0, -1e9)
    choice = -(b["soft"] * F.log_softmax(picked, 1)).sum(1)
    label = torch.where(has, choice + settings["vocabularyWeight"] * full, full) * weight
    labels = ~text & ~fact
    label_loss = (label * labels).sum() / (weight * labels).sum().clamp(min=1)
    text_loss = (full * weight * text).sum() / (weight * text).sum().clamp(min=1)
    fact_loss = (full * weight * fact).sum() / (weight * fact).sum().clamp(min=1)
    total = label_loss + settings["textWeight"] * text_loss + settings["factWeight"] * fact_loss
    with torch.no_grad():
        right = (picked.argmax(1) == 0) & has
        accuracy = right.sum().float() / has.sum().clamp(min=1)
        return total, torch.stack((label_loss, text_loss, accuracy, fact_loss))


def groups(model, settings):
    """Token vectors learn slowly: their constructed meaning holds for sentences that training never sees."""
    parts = {"embedding": [], "matrix": [], "vector": []}
    for name, p in model.named_parameters():
        parts["embedding" if name == "embed_tokens" else "matrix" if p.dim() == 2 else "vector"].append(p)
    return [{"params": parts["embedding"], "weight_decay": 0.0, "pace": settings["embeddingPace"]},
            {"params": parts["matrix"], "weight_decay": settings["weightDecay"], "pace": 1.0},
            {"params": parts["vector"], "weight_decay": 0.0, "pace": 1.0}]


def rate(step, settings, start, total, branch):
    if branch:
        return settings["learningRate"] * (1 - (step - start) / total) ** 1.0
    return settings["learningRate"] * min(1, (step + 1) / settings["warmup"])


def machine():
    device = torch.cuda.get_device_name() if DEVICE == "cuda" else platform.machine()
    return f"{device}, {os.cpu_count()} cores, torch {torch.__version__}"


class Shared:
    """Sums gradients over processes on one machine through shared memory."""

    def __init__(self, ranks, size):
        self.ranks, self.buffer = ranks, torch.zeros(ranks, size).share_memory_()
        self.barrier = torch.multiprocessing.get_context("spawn").Barrier(ranks)

    def mean(self, rank, flat):
        self.buffer[rank] = flat
        self.barrier.wait()
        flat = self.buffer.mean(0)
        self.barrier.wait()
        return flat


class Feed:
    """The batch of each step. Where there are workers, each prepares every n-th batch ahead of time: a step always has the same batch."""

    def __init__(self, sampler, shapes, settings, rank, first, last):
        self.sampler, self.settings, self.rank, self.last = sampler, settings, rank, last
        self.lengths, p = np.array([n for n, _ in shapes]), np.array([w for _, w in shapes])
        self.p = p / p.sum()
        fork = multiprocessing.get_context("fork")
        self.queues = [fork.Queue(2) for _ in range(settings["workers"])]
        for n in range(len(self.queues)):
            fork.Process(target=self.work, args=(first, n), daemon=True).start()

    def make(self, step):
        length = int(np.random.default_rng([data.CONFIG["seed"], step]).choice(self.lengths, p=self.p))
        self.sampler.seed([data.CONFIG["seed"], step, self.rank])
        return self.sampler.batch([self.sampler.episode(length) for _ in range(self.settings["tokens"] // length)])

    def work(self, first, n):
        for step in range(first, self.last):
            if step % len(self.queues) == n:
                self.queues[n].put(self.make(step))

    def __call__(self, step):
        return self.queues[step % len(self.queues)].get() if self.queues else self.make(step)


def run(branch, rank, ranks, shared=None):
    """One process of the training of the trunk (branch None) or of a branch."""
    settings = {**data.CONFIG["train"], **data.CONFIG["train"][DEVICE]}
    name = branch or "trunk"
    torch.set_num_threads(max(1, int(os.environ.get("KNOWSHOT_THREADS", (os.cpu_count() or 2) // max(ranks, 1)))))
    tok, encoded, E, vectors, teachers = load_inputs()
    path, step, start, tokens = data.WORK / f"{name}.ckpt", 0, 0, 0
    source = path if path.exists() else (data.WORK / "trunk.ckpt" if branch else None)
    state = torch.load(source, map_location="cpu") if source and source.exists() else None
    if state:
        step, tokens = state["step"], state["tokens"]
        start = state.get("start", step) if source == path else step
    total = settings["branchSteps"] if branch else settings["steps"]
    inputs = encoded, vectors, E, tok, settings, teachers
    feed = Feed(BranchSampler(branch, *inputs) if branch else Sampler(*inputs), settings["branchLengths" if branch else "lengths"], settings, rank, step, start + total)
    model = constructed_model(tok).to(DEVICE)  # after the workers have been forked: they must not share a GPU's context
    params = list(model.parameters())
    optimizer = torch.optim.AdamW(groups(model, settings), lr=settings["learningRate"], betas=(0.9, 0.98), eps=1e-8, **({"fused": True} if DEVICE == "cuda" else {}))
    if state:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
    log = open(data.WORK / f"{name}.csv", "a") if rank == 0 else None
    began, saved, mean = time.time(), time.time(), []
    while step - start < total:
        for group in optimizer.param_groups:
            group["lr"] = group["pace"] * rate(step, settings, start, total, branch)
        batch = feed(step)
        loss, numbers = losses(model, batch, settings)
        loss.backward()
        mean.append(numbers)
        tokens += batch["ids"].size * ranks
        if ranks > 1:
            stop = float((data.WORK / f"stop-{name}").exists())
            flat = shared.mean(rank, torch.cat([q.grad.view(-1) for q in params] + [torch.tensor([stop])]))
            stop, at = flat[-1].item() > 0, 0
            for q in params:
                q.grad.copy_(flat[at:at + q.numel()].view_as(q))
                at += q.numel()
        else:
            stop = (data.WORK / f"stop-{name}").exists()
        norm = torch.nn.utils.clip_grad_norm_(params, settings["clip"])
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if rank == 0 and step % 20 == 0:
            m = torch.stack(mean).cpu().numpy()
            row = [step, tokens, round(time.time() - began), *(float(m[m[:, n] > 0, n].mean()) if (m[:, n] > 0).any() else 0.0 for n in range(4)), float(norm)]
            print(" ".join(f"{v:.3f}" if isinstance(v, float) else str(v) for v in row), flush=True)
            log.write(",".join(map(str, row)) + "\n")
            log.flush()
            mean = []
        last = step - start >= total
        if rank == 0 and (last or stop or time.time() - saved > settings["saveEverySeconds"]):
            temporary = path.with_suffix(".tmp")
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "start": start, "tokens": tokens,
                        "machine": machine(), "done": last or stop}, temporary)
            os.replace(temporary, path)
            saved = time.time()
        if stop:
            break


def launch(branch):
    """Starts the processes; a branch runs in one process, so that twins can run side by side."""
    ranks = 1 if branch else data.CONFIG["train"][DEVICE]["ranks"]
    if ranks == 1:
        return run(branch, 0, 1)
    size = sum(p.numel() for p in constructed_model(load_inputs()[0]).parameters()) + 1
    torch.multiprocessing.spawn(_entry, args=(branch, ranks, Shared(ranks, size)), nprocs=ranks)


def _entry(rank, branch, ranks, shared):
    run(branch, rank, ranks, shared)


if __name__ == "__main__":
    launch(None if sys.argv[1] == "trunk" else sys.argv[1])
