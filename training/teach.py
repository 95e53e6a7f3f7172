"""Teachers: linear classifiers over words and pairs of words, for the tasks with one short text and few classes.

A small model learns 6,000 sentences by heart before it learns what their words mean. A linear classifier does not, and it can
say a class for any text, also for one that was spliced together a moment ago: so the model learns the teacher's function from
texts that never come twice. Naive Bayes log-count ratios times weights of a penalised logistic regression (Wang and Manning
2012, NB-SVM, with a softmax). Each teacher is fitted on training rows alone; it also labels text that has no label.
"""

import pickle

import numpy as np
import torch
import torch.nn.functional as F

import data

SIZE = 1 << 18
PAIRS = 12007  # odd and prime: spreads pairs of token ids over the table
OTHERS = {"sst2": (("mpqa", 0.2), ("pros_cons", 0.1)), "trec": (), "agnews": (), "subj": (), "mpqa": (), "pros_cons": (),
          "tweet_sentiment": (), "tweet_emotion": (), "tweet_hate": (), "tweet_offensive": ()}  # further rows a teacher reads, and their weight
SURE = {"sst2": 0.9, "trec": 0.7}


def features(ids, vocab):
    ids = np.asarray(ids, np.int64)
    return np.unique(np.concatenate([ids, vocab + (ids[:-1] * PAIRS + ids[1:]) % (SIZE - vocab)]))


class Teacher:
    def __init__(self, table, bias, classes, vocab):
        self.table, self.bias, self.classes, self.vocab = table, bias, classes, vocab

    def probabilities(self, ids):
        """Class -> probability, of a text."""
        z = self.table[features(ids, self.vocab)].sum(0) + self.bias
        p = np.exp(z - z.max())
        return dict(zip(self.classes, (p / p.sum()).tolist()))

    def __call__(self, ids):
        """The likeliest class of a text and its probability."""
        p = self.probabilities(ids)
        best = max(p, key=p.get)
        return best, p[best]


def fit(rows, vocab, epochs=40, rate=0.02, penalty=1e-4, prior=0.5):
    """rows: (token ids, class, weight)."""
    classes = sorted({label for _, label, _ in rows})
    bags = [features(ids, vocab) for ids, _, _ in rows]
    y = torch.tensor([classes.index(label) for _, label, _ in rows])
    w = torch.tensor([weight for _, _, weight in rows], dtype=torch.float32)
    counts = np.full((SIZE, len(classes)), prior)
    for bag, c, weight in zip(bags, y.tolist(), w.tolist()):
        counts[bag, c] += weight
    rest = counts.sum(1, keepdims=True) - counts
    ratio = torch.tensor(np.log(counts / counts.sum(0)) - np.log(rest / rest.sum(0)), dtype=torch.float32)
    index = torch.from_numpy(np.concatenate(bags))
    starts = torch.tensor(np.cumsum([0] + [len(b) for b in bags[:-1]]))
    weights, bias = torch.zeros(SIZE, len(classes), requires_grad=True), torch.zeros(len(classes), requires_grad=True)
    optimizer = torch.optim.Adam([weights, bias], lr=rate)
    for _ in range(epochs):
        z = F.embedding_bag(index, ratio * weights, starts, mode="sum") + bias
        loss = (F.cross_entropy(z, y, reduction="none") * w).sum() / w.sum() + penalty * weights.pow(2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Teacher((ratio * weights).detach().numpy(), bias.detach().numpy(), classes, vocab)


def sentences(ids, ends, shortest=6, longest=45):
    at = 0
    for n, token in enumerate(ids):
        if token in ends:
            if shortest <= n + 1 - at <= longest:
                yield ids[at:n + 1]
            at = n + 1


def unlabelled(task, teacher, encoded, tok, seed):
    """Texts without a label of their own, with the teacher's, where it is sure; for reviews, where it agrees with the whole review."""
    out = []
    if task == "trec":
        for row in encoded["qnli"]["train"]:
            given, p = teacher(row["parts"][0])
            if p >= SURE[task]:
                out.append((row["parts"][0], given))
    if task == "sst2":
        apart = {tok.encode(mark)[0]: tok.encode(" " + mark)[0] for mark in ".,!?;"}  # as the sentences of sst2 are written
        ends = [tok.encode(mark)[0] for mark in ".!?"]
        for row in encoded["movie_reviews"]["train"]:
            for ids in sentences(row["parts"][0], ends):
                ids = np.array([apart.get(int(i), i) for i in ids], np.int32)
                given, p = teacher(ids)
                if given == row["label"] and p >= SURE[task]:
                    out.append((ids, given))
    order = np.random.default_rng(seed).permutation(len(out))[:data.CONFIG["train"]["taught"]["unlabelled"]]
    return [{"parts": [out[i][0]], "ids": out[i][0], "label": out[i][1], "fine": None, "domain": None, "unlabelled": True} for i in order]


def fit_all(encoded, tok, seed, log=print):
    vocab, teachers, more = len(tok.vocab), {}, {}
    for task, others in OTHERS.items():
        rows = [(r["ids"], r["label"], 1.0) for r in encoded[task]["train"]]
        for other, weight in others:
            rows += [(r["ids"], r["label"], 1.0 if r.get("own") else weight) for r in encoded[other]["train"]]
        teachers[task] = fit(rows, vocab)
        tune = encoded[task]["tune"]
        right = sum(teachers[task](r["ids"])[0] == r["label"] for r in tune)
        more[task] = unlabelled(task, teachers[task], encoded, tok, seed)
        log(f"teacher of {task}: {100 * right / len(tune):.1f} % of {len(tune)} tuning rows, {len(more[task])} rows more", flush=True)
    return teachers, more


def load(encoded, tok):
    """The teachers, fitted once and kept in the work folder; the rows they labelled join the training rows."""
    path = data.WORK / "teachers.pkl"
    if not path.exists():
        path.write_bytes(pickle.dumps(fit_all(encoded, tok, data.CONFIG["seed"]), protocol=4))
    teachers, more = pickle.loads(path.read_bytes())
    for task, rows in more.items():
        encoded[task]["train"] += rows
    return teachers
