"""Accuracy of a model by the prompts of the app. `tune` looks at slices of the train files, `final` at the dev files, once."""

import json
import math
import sys

import numpy as np
import torch

import bpe
import construct
import data
import templates


def wilson(right, n, z=1.959964):
    p = right / n
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


class Scorer:
    def __init__(self, model, tok, dtype=torch.float32, batch_tokens=4096):
        self.model, self.tok, self.dtype, self.batch_tokens = model, tok, dtype, batch_tokens

    @torch.no_grad()
    def first_choice(self, prompts, labels):
        """prompts: id lists; labels per prompt: list of id lists. Summed log-probs [n][labels]."""
        out = [None] * len(prompts)
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        at = 0
        while at < len(order):
            n = max(1, self.batch_tokens // (len(prompts[order[at]]) + 8))
            group = order[at:at + n]
            at += n
            single = [i for i in group if all(len(x) == 1 for x in labels[i])]
            if single:
                lp = self.last(list(prompts[i] for i in single))
                for row, i in zip(lp, single):
                    out[i] = [row[x[0]].item() for x in labels[i]]
            for i in group:
                if out[i] is None:
                    out[i] = self.continuations(prompts[i], labels[i])
        return out

    def last(self, prompts):
        length = -(-max(map(len, prompts)) // 64) * 64
        ids = torch.zeros(len(prompts), length, dtype=torch.long)
        for b, p in enumerate(prompts):
            ids[b, :len(p)] = torch.tensor(p)
        h = self.model.hidden(ids, self.dtype)
        h = h[torch.arange(len(prompts)), torch.tensor([len(p) - 1 for p in prompts])]
        return torch.log_softmax(self.model.logits(h), -1)

    @torch.no_grad()
    def continuations(self, prompt, options):
        rows = [prompt + list(o) for o in options]
        length = -(-max(map(len, rows)) // 64) * 64
        ids = torch.zeros(len(rows), length, dtype=torch.long)
        for b, r in enumerate(rows):
            ids[b, :len(r)] = torch.tensor(r)
        h = self.model.hidden(ids, self.dtype)[:, len(prompt) - 1:]
        lp = torch.log_softmax(self.model.logits(h), -1)
        return [sum(lp[b, n, t].item() for n, t in enumerate(o)) for b, o in enumerate(options)]


class Bench:
    def __init__(self, model, tok, encoded, vectors, E, queries=150, seed=5, dtype=torch.float32):
        self.scorer, self.tok, self.enc, self.vec = Scorer(model, tok, dtype), tok, encoded, vectors
        freq = construct.token_frequency(encoded["stream"], len(tok.vocab))
        self.E, self.freq = E, freq
        self.queries, self.seed = queries, seed

    def vectors_of(self, rows):
        return construct.text_vectors(self.E, self.freq, [r["ids"] for r in rows])

    def prompt(self, demos, query, labels, names):
        t = self.tok.encode
        given, label_name = names
        given = [given] if isinstance(given, str) else given
        ids = [bpe.BOS]
        for row, word in demos + [(query, None)]:
            for k, (name, part) in enumerate(zip(given, row["parts"])):
                ids += t(("\n" if k else "") + name + ":") + [int(i) for i in part[:120]]
            ids += t("\n" + label_name + ":")
            if word is not None:
                ids += t(" " + word) + t("\n\n")
        return ids

    def run(self, pool, queries, words, names, k, near, wrong=None, each=False):
        """Right answers and queries, or with `each` (right, answer) per query; words: label -> word shown and scored."""
        rng = np.random.default_rng(self.seed)
        if len(queries) > self.queries:
            queries = [queries[i] for i in rng.choice(len(queries), self.queries, replace=False)]
        classes = list(words)
        groups = {c: [i for i, r in enumerate(pool) if r["label"] == c] for c in classes}
        pv, qv = (self.vectors_of(pool), self.vectors_of(queries)) if near and k else (None, None)
        prompts, golds = [], []
        for n, q in enumerate(queries):
            if not k:
                chosen = []
            elif near:
                chosen = np.argsort(pv @ qv[n])[-k:]
            else:
                chosen = [int(rng.choice(groups[classes[j % len(classes)]])) for j in rng.permutation(k)]
            shown = wrong or words
            prompts.append(self.prompt([(pool[i], shown[pool[i]["label"]]) for i in chosen], q, words, names))
            golds.append(classes.index(q["label"]))
        options = [self.tok.encode(" " + words[c]) for c in classes]
        scores = self.scorer.first_choice(prompts, [options] * len(prompts))
        given = [int(np.argmax(s)) for s in scores]
        if each:
            return [(int(a == g), a) for a, g in zip(given, golds)]
        return sum(a == g for a, g in zip(given, golds)), len(queries)


REAL = {
    "sst2": (("Review", "Sentiment"), {"positive": "positive", "negative": "negative"}),
    "agnews": (("Article", "Topic"), {"World": "world", "Sports": "sports", "Business": "business", "Technology": "technology"}),
    "trec": (("Question", "Type"), {c: c for c in ("abbreviation", "entity", "description", "person", "location", "number")}),
    "subj": (("Sentence", "Type"), {"subjective": "subjective", "objective": "objective"}),
    "sick": ((("Premise", "Hypothesis"), "Answer"), {"entailment": "yes", "neutral": "maybe", "contradiction": "no"}),
    "qnli": ((("Question", "Sentence"), "Answer"), {"entailment": "yes", "not_entailment": "no"}),
    "mrpc": ((("Sentence 1", "Sentence 2"), "Paraphrase"), {"yes": "yes", "no": "no"}),
}
SYMBOL_WORDS = ["foo", "bar", "apple", "zebra", "blue", "seven"]


def symbolic(words, symbols=SYMBOL_WORDS):
    return dict(zip(words, symbols))


def intents(bench, k_each, near, seed=1, trials=120):
    """Intents never trained on: five ways, symbols; ten nearest demos of the five, or two of each at random."""
    pool, queries = ([data.encode_row(bench.tok, r) for r in part] for part in data.clinc_held_out())
    rng, names = np.random.default_rng(seed), ("Message", "Label")
    by = {}
    for r in pool:
        by.setdefault(r["label"], []).append(r)
    vectors = {c: bench.vectors_of(rows) for c, rows in by.items()}
    prompts, golds = [], []
    options = [bench.tok.encode(" " + s) for s in SYMBOL_WORDS[:5]]
    for i in rng.choice(len(queries), trials, replace=False):
        q = queries[i]
        others = [c for c in by if c != q["label"]]
        ways = [q["label"]] + [others[j] for j in rng.choice(len(others), 4, replace=False)]
        ways = [ways[j] for j in rng.permutation(5)]
        if near:
            qv = bench.vectors_of([q])[0]
            found = sorted(((float(s), c, j) for c in ways for j, s in enumerate(vectors[c] @ qv)))[-5 * k_each:]
            demos = [(by[c][j], SYMBOL_WORDS[ways.index(c)]) for _, c, j in found]
        else:
            demos = [(by[c][j], SYMBOL_WORDS[ways.index(c)]) for c in ways for j in rng.choice(len(by[c]), k_each, replace=False)]
            demos = [demos[j] for j in rng.permutation(len(demos))]
        prompts.append(bench.prompt(demos, q, None, names))
        golds.append(ways.index(q["label"]))
    scores = bench.scorer.first_choice(prompts, [options] * len(prompts))
    return sum(int(np.argmax(s)) == g for s, g in zip(scores, golds)), trials


def pool_of(encoded, task):
    """Demonstrations come from the public training rows, as in the app; not from rows that were written or labelled here."""
    return [r for r in encoded[task]["train"] if not r.get("own") and not r.get("unlabelled")]


def quick(model, tok, encoded, vectors, E, queries=100, log=print):
    bench = Bench(model, tok, encoded, vectors, E, queries, dtype=torch.bfloat16)
    out = {}
    for name in ("sst2", "trec", "agnews", "subj", "sick", "qnli", "mrpc"):
        names, words = REAL[name]
        pool, tune = pool_of(encoded, name), encoded[name]["tune"]
        cells = {}
        for k in (0, 8):
            cells[f"real{k}"] = bench.run(pool, tune, words, names, k, False)
        if name in ("sst2", "trec", "agnews"):
            cells["realnear8"] = bench.run(pool, tune, words, names, 8, True)
            cells["sym16near"] = bench.run(pool, tune, symbolic(words), names, 16, True)
            cells["sym16rand"] = bench.run(pool, tune, symbolic(words), names, 16, False)
        if name == "sst2":
            flipped = {"positive": "negative", "negative": "positive"}
            r, n = bench.run(pool, tune, words, names, 16, False, wrong=flipped)
            cells["flipped"] = (n - r, n)
        out[name] = {c: round(100 * r / n) for c, (r, n) in cells.items()}
        log(name, out[name], flush=True)
    out["intents"] = {"near": round(100 * np.divide(*intents(bench, 2, True))), "random": round(100 * np.divide(*intents(bench, 2, False)))}
    log("intents", out["intents"], flush=True)
    return out


def quantisation(full, shipped, tok, encoded, E, vectors, queries=300):
    """Right answers of the trained weights and of the shipped int8 ones on the same prompts of tuning slices, and how often they differ."""
    tasks, answers = ("sst2", "trec", "agnews"), {}
    for which, model in (("full", full), ("int8", shipped)):
        bench = Bench(model, tok, encoded, vectors, E, queries)
        for task in tasks:
            names, words = REAL[task]
            answers[which, task] = bench.run(pool_of(encoded, task), encoded[task]["tune"], words, names, 8, False, each=True)
    return {task: {"n": len(answers["full", task]), "full": sum(r for r, _ in answers["full", task]), "int8": sum(r for r, _ in answers["int8", task]),
                   "otherAnswer": sum(a != b for (_, a), (_, b) in zip(answers["full", task], answers["int8", task]))} for task in tasks}
