"""The constructed start: token vectors that mean something, and heads that read, compare and copy before any training.

Coordinates of the residual stream (256 wide):
  0-119    meaning of the token: 96 from an SVD of the PPMI matrix, 24 from word/class log-odds of the labelled tasks
  120-239  summary of the text before it, empty in the embeddings, written by layer 0
  240      constant; 241 line break; 242 +: one line break, -: a blank line or <bos>; 243 colon; 244 emptiness
  245, 246 written by layer 0: sign of the last line break (+: we are in a label line), previous token is a colon
"""

import math
from collections import Counter

import numpy as np
import torch

import bpe
import templates

N_SVD, N_CLASS = 96, 24
N_MEAN = N_SVD + N_CLASS
SUMMARY, CONST, BREAK, BREAK_SIGN, COLON, EMPTY, IN_LABEL, AFTER_COLON = N_MEAN, 240, 241, 242, 243, 244, 245, 246


def ppmi_svd(stream, vocab_size, dims, seed, window=5):
    """Vectors U sqrt(S) of the PPMI matrix of a token stream (separators are -1)."""
    counts = np.zeros(vocab_size * vocab_size, np.float32)
    for d in range(1, window + 1):
        a, b = stream[:-d].astype(np.int64), stream[d:].astype(np.int64)
        ok = (a >= 0) & (b >= 0)
        for lo in range(0, len(a), 4_000_000):
            s = slice(lo, lo + 4_000_000)
            keys, n = np.unique(a[s][ok[s]] * vocab_size + b[s][ok[s]], return_counts=True)
            counts[keys] += n / d
    m = torch.from_numpy(counts).view(vocab_size, vocab_size)
    m = m + m.T
    row = m.sum(1) + 1e-6
    context = row.pow(0.75)
    context /= context.sum()
    m = torch.log((m / row[:, None]) / context[None] + 1e-12).clamp_(min=0)
    torch.manual_seed(seed)
    u, s, _ = torch.svd_lowrank(m, q=dims + 16, niter=3)
    vectors = u[:, :dims] * s[:dims].sqrt()
    return vectors, row


def class_log_odds(encoded, vocab_size, own):
    """Shrunk log-odds of each token for each class of each single-text task, and the class of each column; with `own` rows or without."""
    columns, names = [], []
    groups = {"sentiment": ["sst2", "pros_cons", "mpqa", "movie_reviews"]}
    single = ["trec", "agnews", "subj", "tweet_emotion", "tweet_sentiment", "tweet_offensive"]
    for group, tasks in {**groups, **{t: [t] for t in single}}.items():
        counts = {}
        for task in tasks:
            for row in encoded[task]["train"]:
                if row.get("own") and not own:
                    continue
                ids = np.unique(row["ids"])
                c = counts.setdefault(row["label"], np.zeros(vocab_size))
                c[ids] += 4.0 if task == "sst2" else 1.0
        total = sum(counts.values())
        for label, c in counts.items():
            p = (c + 1.0) / c.sum()
            q = (total - c + len(counts)) / (total - c).sum()
            columns.append(np.log(p / q) * total / (total + 6.0))
            names.append((tasks[0], label))
    return torch.tensor(np.stack(columns, 1), dtype=torch.float32), names


def embeddings(stream, encoded, tok, seed, log=print):
    V = len(tok.vocab)
    svd, freq = ppmi_svd(stream, V, N_SVD, seed)
    weight = 1 / (1 + freq / freq.median() / 50)
    svd = svd - (svd * weight[:, None]).sum(0) / weight.sum()
    svd = svd / svd.norm(dim=1, keepdim=True).clamp(min=1e-6)
    odds, names = class_log_odds(encoded, V, own=False)
    _, s, v = torch.svd(odds - odds.mean(0))  # the axes are those of older revisions, which had no own rows
    odds = class_log_odds(encoded, V, own=True)[0]
    odds = odds - odds.mean(0)
    v = v[:, :min(N_CLASS, odds.shape[1])]
    for column, (task, label) in enumerate(names):  # label words point in the direction of their class
        for word in set(templates.TASKS[task]["words"][label]):
            ids = tok.encode(" " + word)
            if len(ids) == 1:
                odds[ids[0]] *= 0.5
                odds[ids[0], column] += 4.0
    by_class = odds @ v
    by_class = by_class / odds.norm(dim=1).mean() * 0.45
    cap = by_class.norm(dim=1, keepdim=True).clamp(min=1e-6)
    by_class = by_class / cap * cap.clamp(max=1.5)
    E = torch.zeros(V, 256)
    E[:, :N_SVD] = svd
    E[:, N_SVD:N_SVD + v.shape[1]] = by_class
    E[:, CONST] = 0.45
    z = torch.log(freq + 1)
    z = ((z - z.mean()) / z.std()).clamp(-1.5, 3)
    for token, i in tok.vocab.items():
        if not any(ch.isalpha() or ch.isdigit() for ch in token.replace("Ġ", "")):
            z[i] = 3.0
        text = tok.decode([i])
        if text and not text.strip("\n"):
            E[i, BREAK] = 0.6
            E[i, BREAK_SIGN] = 0.5 if text == "\n" else -0.5
            z[i] = 4.0
    E[bpe.BOS, BREAK], E[bpe.BOS, BREAK_SIGN] = 0.6, -0.5
    E[tok.vocab[":"], COLON] = 0.6
    E[:, EMPTY] = 0.12 * z
    fixed = E[:, CONST:].norm(dim=1, keepdim=True)
    meaning = E[:, :N_MEAN]
    E[:, :N_MEAN] = meaning / meaning.norm(dim=1, keepdim=True).clamp(min=1e-6) * (1 - fixed ** 2).clamp(min=0.05).sqrt()
    for word in (" good", " bad", " paris", " seven", " who", " sports", " positive", " negative"):
        i = tok.encode(word)[0]
        near = (E[:, :N_MEAN] @ E[i, :N_MEAN]).topk(9).indices[1:].tolist()
        log(word, "->", " ".join(tok.decode([j]).strip() for j in near))
    return E


def positional(block, head, d, pairs, delta, strength, const):
    """Logit sum_j strength cos(theta_j (distance - delta)) in one head, from the constant coordinate."""
    c = block.c
    half, H = d // 2, c.hidden_size
    amp = math.sqrt(strength * math.sqrt(d)) / const
    for j in pairs:
        theta = c.rope_theta ** (-2 * j / d)
        q, k = head * d + j, H + head * d + j
        block.qkv_proj.data[q, CONST] = amp
        block.qkv_proj.data[k, CONST] = amp * math.cos(theta * delta)
        block.qkv_proj.data[k + half, CONST] = amp * math.sin(theta * delta)


def content(block, head, d, pair, weights, const):
    """Adds sum_i weight_i x_i of the key to the logit, in a pair so slow that position hardly matters."""
    H = block.c.hidden_size
    block.qkv_proj.data[head * d + pair, CONST] = math.sqrt(d) / const
    for coordinate, weight in weights.items():
        block.qkv_proj.data[H + head * d + pair, coordinate] = weight


def circuits(model, settings):
    c = model.config
    d, H = c.head_dim, c.hidden_size
    half = d // 2
    slow = half - 1
    first = model.layers[0]
    first.qkv_proj.data *= 0.1
    first.o_proj.data *= 0.1
    const = 16 * 0.45
    for head, pairs, delta in ((0, range(6, 13), 4), (1, range(8, 15), 7)):  # a near and a wider window, empty words left out
        positional(first, head, d, pairs, delta, settings["windowStrength"], const)
        content(first, head, d, slow, {EMPTY: -1.2 / (16 * 0.12)}, const)
        for n, coordinate in enumerate(range(head, N_MEAN, 2)):
            first.qkv_proj.data[2 * H + head * d + n] = 0
            first.qkv_proj.data[2 * H + head * d + n, coordinate] = 1
            first.o_proj.data[SUMMARY + coordinate] = 0
            first.o_proj.data[SUMMARY + coordinate, head * d + n] = settings["summaryGain"]
    positional(first, 2, d, range(0, 11), 1, 10.0, const)  # the previous token: was it a colon?
    positional(first, 3, d, range(4, 17), 0, 5.0, const)  # the last line break: single or blank line?
    content(first, 3, d, slow, {BREAK: 14.0 / (16 * 0.6)}, const)
    for head, source, target in ((2, COLON, AFTER_COLON), (3, BREAK_SIGN, IN_LABEL)):
        first.qkv_proj.data[2 * H + head * d] = 0
        first.qkv_proj.data[2 * H + head * d, source] = 1
        first.o_proj.data[target] = 0
        first.o_proj.data[target, head * d] = 0.7 / 9
    for index, gain, sharp in settings["compare"]:  # compare summaries, copy the label word of what is alike
        block = model.layers[index]
        block.qkv_proj.data *= 0.3
        for head in range(4):
            dims = [*range(half - 16, half - 1), *range(d - 16, d - 1)]  # both halves of the 15 slow pairs before the last
            for n, dim in enumerate(dims):
                row = head * d + dim
                for part in (0, H):
                    block.qkv_proj.data[part + row] = 0
                    block.qkv_proj.data[part + row, SUMMARY + head + 4 * n] = sharp
            block.qkv_proj.data[H + head * d + slow] = 0
            content(block, head, d, slow, {AFTER_COLON: 1.0, IN_LABEL: 0.9}, 12 * 0.45)
            for n in range(60):
                coordinate = 60 * (head % 2) + n
                block.qkv_proj.data[2 * H + head * d + n] = 0
                block.qkv_proj.data[2 * H + head * d + n, coordinate] = 1
                block.o_proj.data[coordinate, head * d + n] = gain
    model.norm.data[:] = 0.1
    model.norm.data[:N_MEAN] = 1.4


def text_vectors(E, freq, rows):
    """idf-weighted mean of token vectors of each row, normalised: for choosing near demos."""
    idf = 1 / (1 + freq / freq.sum() * 2000)
    out = np.zeros((len(rows), N_MEAN), np.float32)
    V = E[:, :N_MEAN].numpy() * idf.numpy()[:, None]
    for i, ids in enumerate(rows):
        v = V[ids].sum(0)
        out[i] = v / (np.linalg.norm(v) + 1e-6)
    return out


def token_frequency(stream, vocab_size):
    return torch.from_numpy(np.bincount(stream[stream >= 0], minlength=vocab_size).astype(np.float32) + 1)
