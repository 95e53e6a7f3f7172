"""Training: episodes in, one optimiser, data parallel over processes; resumable; trunk first, then branches.

    python3 train.py trunk            constant rate after a warm-up; ends after config steps, or when WORK/stop-trunk appears
    python3 train.py knowledge|plain  from the trunk, the rate falling to zero over a fixed number of steps
"""

import json
import math
import os
import pickle
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import bpe
import construct
import data
import export
import teach
import templates
from episodes import Sampler
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


def first_model(tok):
    """What the trunk starts from: the construction, or a point between it and the shipped twin without knowledge.

    A model that is simply trained on keeps what it has learnt by heart; drawn towards its start it keeps what it can do
    and loses the sentences (Ash & Adams 2020, shrink and perturb).
    """
    model = constructed_model(tok)
    if data.GO_ON:
        keep = data.CONFIG["train"]["goOn"]
        with torch.no_grad():
            for (name, p), (_, q) in zip(model.named_parameters(), export.load_exported(data.GO_ON / "knowshot-mini-plain").named_parameters()):
                p += keep["embedding" if name == "embed_tokens" else "rest"] * (q - p)
    return model


def known_before(model):
    """Adds what knowledge tasks alone changed in the shipped twins: their difference, or a part of it."""
    share = data.CONFIG["train"]["goOn"]["knowledge"]
    pair = [dict(export.load_exported(data.GO_ON / name).named_parameters()) for name in ("knowshot-mini", "knowshot-mini-plain")]
    with torch.no_grad():
        for name, p in model.named_parameters():
            p += share * (pair[0][name] - pair[1][name]).to(p.device)


def losses(model, batch, settings):
    ids = torch.from_numpy(batch["ids"]).to(DEVICE)
    h = model.hidden(ids, DTYPE, dropout=torch.from_numpy(batch["dropout"]).to(DEVICE)).reshape(-1, model.config.hidden_size)
    at, token = (torch.from_numpy(batch[k]).to(DEVICE) for k in ("at", "token"))
    weight, text = (torch.from_numpy(batch[k]).to(DEVICE) for k in ("weight", "text"))
    logits = model.logits(h[at], DTYPE)
    full = F.cross_entropy(logits, token, reduction="none")
    choices = torch.from_numpy(batch["choices"]).to(DEVICE)
    has = choices[:, 0] >= 0
    picked = logits.gather(1, choices.clamp(min=0)).masked_fill(choices < 0, -1e9)
    choice = -(torch.from_numpy(batch["soft"]).to(DEVICE) * F.log_softmax(picked, 1)).sum(1)
    label = torch.where(has, choice + settings["vocabularyWeight"] * full, full) * weight
    fact = torch.from_numpy(batch["fact"]).to(DEVICE)
    labels = ~text & ~fact
    label_loss = (label * labels).sum() / (weight * labels).sum().clamp(min=1)
    text_loss = (full * weight * text).sum() / (weight * text).sum().clamp(min=1)
    fact_loss = (full * weight * fact).sum() / (weight * fact).sum().clamp(min=1)
    total = label_loss + settings["textWeight"] * text_loss + settings["factWeight"] * fact_loss
    with torch.no_grad():
        right = (picked.argmax(1) == 0) & has
        accuracy = right.sum().float() / has.sum().clamp(min=1)
        known = [(i, full[n].item()) for n, i in batch["facts"]]
    return total, known, label_loss.item(), text_loss.item(), accuracy.item(), fact_loss.item()


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


def run(branch, rank, ranks, shared=None):
    """One process of the training of the trunk (branch None) or of a branch."""
    settings = data.CONFIG["train"]
    name = branch or "trunk"
    torch.set_num_threads(max(1, int(os.environ.get("KNOWSHOT_THREADS", (os.cpu_count() or 2) // max(ranks, 1)))))
    tok, encoded, E, vectors, teachers = load_inputs()
    model = first_model(tok).to(DEVICE)
    params = list(model.parameters())
    optimizer = torch.optim.AdamW(groups(model, settings), lr=settings["learningRate"], betas=(0.9, 0.98), eps=1e-8)
    path, step, start, tokens = data.WORK / f"{name}.ckpt", 0, 0, 0
    source = path if path.exists() else (data.WORK / "trunk.ckpt" if branch else None)
    if source and source.exists():
        state = torch.load(source, map_location=DEVICE)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, tokens = state["step"], state["tokens"]
        start = state.get("start", step) if source == path else step
        if source != path and branch == "knowledge" and data.GO_ON:
            known_before(model)
    if branch:
        from knowledge import BranchSampler
        sampler_of = lambda seed: BranchSampler(branch, encoded, vectors, E, tok, settings, seed, teachers)
    else:
        sampler_of = lambda seed: Sampler(encoded, vectors, E, tok, settings, seed, teachers)
    sampler = sampler_of(data.CONFIG["seed"] + 1000 * step + rank)
    total = settings["branchSteps"] if branch else settings["steps"]
    log = open(data.WORK / f"{name}.csv", "a") if rank == 0 else None
    began, saved, mean = time.time(), time.time(), []
    shapes = settings["branchLengths" if branch else "lengths"]
    lengths, p = np.array([n for n, _ in shapes]), np.array([w for _, w in shapes])
    while step - start < total:
        length = int(np.random.default_rng(data.CONFIG["seed"] + step).choice(lengths, p=p / p.sum()))
        for group in optimizer.param_groups:
            group["lr"] = group["pace"] * rate(step, settings, start, total, branch)
        for part in range(settings.get("branchParts", 1) if branch else 1):
            batch = sampler.batch([sampler.episode(length) for _ in range(settings["tokensPerRank"] // length)])
            loss, known, *numbers = losses(model, batch, settings)
            loss.backward()
            if known:
                sampler.learned(*zip(*known))
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
            m = np.array(mean)
            row = [step, tokens, round(time.time() - began), m[:, 0].mean(), m[m[:, 1] > 0, 1].mean() if (m[:, 1] > 0).any() else 0, m[:, 2].mean(), m[:, 3].mean(), float(norm)]
            print(" ".join(f"{v:.3f}" if isinstance(v, float) else str(v) for v in row), flush=True)
            log.write(",".join(map(str, row)) + "\n")
            log.flush()
            mean = []
        last = step - start >= total
        if rank == 0 and (last or stop or time.time() - saved > settings["saveEverySeconds"]):
            temporary = path.with_suffix(".tmp")
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "start": start, "tokens": tokens,
                        "done": last or stop}, temporary)
            os.replace(temporary, path)
            saved = time.time()
        if stop:
            break


def launch(branch):
    """Starts the processes; a branch runs in one process, so that twins can run side by side."""
    ranks = 1 if branch or DEVICE == "cuda" else data.CONFIG["train"]["ranks"]
    if ranks == 1:
        return run(branch, 0, 1)
    size = sum(p.numel() for p in constructed_model(load_inputs()[0]).parameters()) + 1
    torch.multiprocessing.spawn(_entry, args=(branch, ranks, Shared(ranks, size)), nprocs=ranks)


def _entry(rank, branch, ranks, shared):
    run(branch, rank, ranks, shared)


if __name__ == "__main__":
    launch(None if sys.argv[1] == "trunk" else sys.argv[1])
