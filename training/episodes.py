"""Few-shot episodes as token rows, with the positions that carry loss."""

import numpy as np

import bpe
import templates

CHOICES = 16  # at most so many label words take part in the choice loss


class Row:
    """A growing row of tokens; `targets` are (position, token, weight, choices or None, token -> probability or None)."""

    def __init__(self, length):
        self.length, self.ids, self.targets = length, [bpe.BOS], []

    def room(self, n):
        return len(self.ids) + n <= self.length

    def add(self, ids, weight=0.0, choices=None, soft=None):
        for n, token in enumerate(ids):
            if weight:
                self.targets.append((len(self.ids) - 1, int(token), weight, *((choices, soft) if n == 0 else (None, None))))
            self.ids.append(int(token))


def neighbours(E, tok, count=10):
    """Token ids of like meaning [V, count], whole words for whole words; a token with none stands for itself."""
    out = np.repeat(np.arange(len(E))[:, None], count, 1)
    words = np.array(sorted(i for t, i in tok.vocab.items() if t.startswith("Ġ") and t[1:].isalpha() and len(t) > 3))
    for part in np.array_split(words, 24):
        like = E[part] @ E[words].T
        like[like > 0.9999] = -1
        out[part] = words[np.argpartition(-like, count, 1)[:, :count]]
    return out


class Sampler:
    def __init__(self, encoded, vectors, embeddings, tok, settings, teachers):
        self.enc, self.vec, self.tok, self.settings, self.teachers = encoded, vectors, tok, settings, teachers
        self.seed([0])
        self.memo = {}
        E = embeddings[:, :120].numpy()
        self.E = E / (np.linalg.norm(E, axis=1, keepdims=True) + 1e-6)
        self.words = np.array([i for t, i in tok.vocab.items() if t.startswith("Ġ") and t[1:].isalpha() and len(t) > 3])
        self.words = self.words[self.words < 9000]
        self.by_class, self.by_fine, self.by_domain = {}, {}, {}
        for task in templates.TASKS:
            for i, row in enumerate(encoded[task]["train"]):
                self.by_class.setdefault(task, {}).setdefault(row["label"], []).append(i)
                if row["fine"]:
                    self.by_fine.setdefault(row["fine"], []).append(i)
                if row["domain"]:
                    self.by_domain.setdefault(row["domain"], {}).setdefault(row["label"], []).append(i)
        self.relations = {}
        for i, f in enumerate(encoded["facts"]):
            self.relations.setdefault(f["relation"], []).append(i)
        by_subject = {}
        for i, f in enumerate(encoded["facts"]):
            by_subject.setdefault(f["subject"], []).append(i)
        self.subjects = [found for found in by_subject.values() if len(found) > 3]
        self.task_names = list(templates.TASKS)
        w = np.array([templates.TASKS[t]["weight"] for t in self.task_names])
        self.task_p = w / w.sum()
        self.text_at = 0
        self.others = neighbours(self.E, tok)

    def seed(self, seed):
        """Every batch starts from a seed of its own, so that any process can make it, also after a stop."""
        self.rng = np.random.default_rng(seed)

    # -- small helpers

    def code(self, text):
        if text not in self.memo:
            self.memo[text] = self.tok.encode(text)
        return self.memo[text]

    def pick(self, things):
        return things[self.rng.integers(len(things))]

    def chance(self, p):
        return self.rng.random() < p

    def symbols(self, n):
        """n label words without meaning for the task, with distinct first tokens."""
        source, out, seen = self.rng.random(), [], set()
        while len(out) < n:
            if source < 0.65:
                ids = self.code(" " + self.pick(templates.SYMBOLS))
            else:
                ids = [int(self.pick(self.words))]
            if ids[0] not in seen:
                seen.add(ids[0])
                out.append(ids)
        return out

    def varied(self, ids, rates):
        """The text with some words left out and some replaced by words of like meaning, so that no sentence is learnt by heart."""
        leave, swap = rates
        ids = np.asarray(ids)
        kept = self.swapped(ids, swap)[self.rng.random(len(ids)) >= leave]
        return kept if len(kept) else ids

    def swapped(self, ids, rate):
        return np.where(self.rng.random(len(ids)) < rate, self.others[ids, self.rng.integers(self.others.shape[1], size=len(ids))], ids)

    def taught(self, task, parts, label, classes, limit=90):
        """A text that nobody wrote, spliced and varied, with its teacher's likeliest class and probabilities; the row as it is where the teacher is unsure."""
        share, splice, foreign, sure = (self.settings["taught"][k] for k in ("share", "splice", "foreign", "sure"))
        if not self.chance(share):
            return parts, label
        train = self.enc[task]["train"]
        ids = np.asarray(parts[0][:limit])
        other = np.asarray(train[self.rng.integers(len(train))]["parts"][0][:limit])
        if self.chance(splice):
            if task == "trec":  # the opening of one question, the rest of the other
                at = min(int(self.rng.integers(1, 5)), len(ids), len(other) - 1)
                ids = np.concatenate([ids[:at], other[at:]])
            else:
                ids = np.concatenate([ids[:int(self.rng.integers(len(ids) // 3, len(ids) + 1))], other[int(self.rng.integers(0, len(other) // 2 + 1)):]])[:limit]
        ids = np.where(self.rng.random(len(ids)) < foreign, other[self.rng.integers(len(other), size=len(ids))], self.swapped(ids, self.settings["vary"][1]))
        ids = ids[self.rng.random(len(ids)) >= self.settings["vary"][0]]
        if not len(ids):
            return parts, label
        p = self.teachers[task].probabilities(ids)
        given = max(p, key=p.get)
        if p[given] < sure or given not in classes:
            return parts, label
        total = sum(p[c] for c in classes)
        return [ids], given, {c: p[c] / total for c in classes}

    # -- which rows

    def choose(self, task, classes, count, near):
        """Row numbers of one task: balanced or as they come, at random or around anchors."""
        groups = self.by_class[task]
        pool = np.concatenate([np.asarray(groups[c]) for c in classes])
        if not near:
            if self.chance(0.6):
                return [int(self.pick(groups[self.pick(classes)])) for _ in range(count)]
            return [int(self.pick(pool)) for _ in range(count)]
        out, vec = [], self.vec[task]
        while len(out) < count:
            anchor = int(self.pick(groups[self.pick(classes)])) if self.chance(0.5) else int(self.pick(pool))
            sample = self.rng.choice(pool, min(len(pool), 800), replace=False)
            order = sample[np.argsort(vec[sample] @ vec[anchor])]
            group = [int(i) for i in order[-int(self.rng.integers(5, 18)):] if i != anchor]
            if self.chance(0.3):
                self.rng.shuffle(group)
            out += group + [anchor]
        return out

    # -- kinds of episodes

    def render(self, row, items, labels, names, instruction, mode, limit=90, vary=True):
        """items: (parts, class) or (parts, class, class -> probability); labels: class -> ids."""
        given, label_name = names
        given = [given] if isinstance(given, str) else list(given)
        if self.chance(0.1):
            given, label_name = [g.lower() for g in given], label_name.lower()
        if instruction:
            row.add(self.code(instruction) + self.code("\n\n"))
        firsts = [ids[0] for ids in labels.values()]
        choices = None
        if len(set(firsts)) == len(firsts) and len(firsts) <= CHOICES:
            choices = firsts
        seen = {}
        vary = self.settings["vary"] if vary and len(given) == 1 and self.chance(self.settings["varyShare"]) else None
        for n, (parts, cls, *taught) in enumerate(items):
            body = []
            for k, (name, part) in enumerate(zip(given, parts)):
                part = self.varied(part[:limit], vary) if vary else part[:limit]
                body += self.code(("\n" if k else "") + name + ":") + [int(i) for i in part]
            body += self.code("\n" + label_name + ":")
            if not row.room(len(body) + len(labels[cls]) + 1):
                break
            row.add(body)
            if mode == "real":
                weight = 2.0 if n == 0 else 1.0
            elif mode == "flip":
                weight = 1.0 if len(seen) == len(labels) or cls in seen else 0.0
            else:
                weight = 1.0 if cls in seen else 0.0
            if mode == "symbol" and len(seen) == len(labels):
                weight = 1.0
            row.add(labels[cls], weight, choices, {labels[c][0]: q for c, q in taught[0].items()} if taught and choices else None)
            row.add(self.code("\n\n"))
            seen[cls] = seen.get(cls, 0) + 1
        return row

    def task_episode(self, row, mode):
        tasks, p = self.task_names, self.task_p
        task = self.pick(["sst2", "sst2", "pros_cons", "movie_reviews", "mpqa", "sst5", "tweet_sentiment", "agnews", "trec", "subj", "qnli", "sick"]) if mode == "flip" else tasks[self.rng.choice(len(tasks), p=p)]
        spec = templates.TASKS[task]
        names = self.pick(spec["names"]) if mode != "symbol" or "pair" in spec or self.chance(0.5) else self.pick(templates.GENERIC_NAMES)
        instruction = self.pick(spec["instructions"]) if self.chance(0.2 if mode != "symbol" else 0.05) else None
        classes = list(self.by_class[task])
        if task == "clinc":
            return self.clinc_episode(row, mode, names, instruction)
        if task == "trec" and self.chance(0.25):
            return self.fine_episode(row, mode, names)
        if len(classes) > 2 and self.chance(0.2 if mode == "real" else 0.4):
            k = int(self.rng.integers(2, len(classes) + 1))
            classes = [classes[i] for i in self.rng.permutation(len(classes))[:k]]
        words = {c: spec["words"][c] for c in classes}
        n_syn = min(len(w) for w in words.values())
        at = 0 if self.chance(0.4) else int(self.rng.integers(n_syn))
        if mode == "symbol":
            labels = dict(zip(classes, self.symbols(len(classes))))
        else:
            chosen = [self.code(" " + words[c][at]) for c in classes]
            if mode == "flip":
                shift = int(self.rng.integers(1, len(classes)))
                chosen = chosen[shift:] + chosen[:shift]
            labels = dict(zip(classes, chosen))
        near = self.chance(0.4)
        numbers = self.choose(task, classes, row.length // 14, near)
        train = self.enc[task]["train"]
        items = []
        for i in numbers:
            parts = train[i]["parts"]
            if task == "movie_reviews":  # a passage of the long review
                size = int(self.rng.integers(25, 90))
                start = int(self.rng.integers(0, max(1, len(parts[0]) - size)))
                parts = [parts[0][start:start + size]]
            items.append((parts, train[i]["label"]))
        if task in self.teachers:
            items = [self.taught(task, *item, classes) for item in items]
        return self.render(row, items, labels, names, instruction, mode, vary=task not in self.teachers)

    def clinc_episode(self, row, mode, names, instruction):
        train = self.enc["clinc"]["train"]
        domains = list(self.by_domain)
        if self.chance(0.12) and mode == "real":  # the domain is asked
            chosen = [domains[i] for i in self.rng.permutation(len(domains))[:int(self.rng.integers(2, len(domains) + 1))]]
            groups = {d: sum(self.by_domain[d].values(), []) for d in chosen}
            names = self.pick([("Message", "Domain"), ("Request", "Topic"), ("Text", "Domain")])
        else:
            if self.chance(0.5):
                within = self.by_domain[self.pick(domains)]
            else:
                within = self.by_class["clinc"]
            k = min(int(self.rng.integers(2, 13)), len(within))
            chosen = [list(within)[i] for i in self.rng.permutation(len(within))[:k]]
            groups = {c: within[c] for c in chosen}
        if mode == "symbol":
            labels = dict(zip(groups, self.symbols(len(groups))))
        else:
            labels = {c: self.code(" " + c.replace("_", " ")) for c in groups}
        order = [(int(i), str(c)) for c in groups for i in self.rng.choice(groups[c], min(len(groups[c]), 12), replace=False)]
        self.rng.shuffle(order)
        if self.chance(0.35):  # anchors after what is near to them
            near, vec = [], self.vec["clinc"]
            where, count = np.array([i for i, _ in order]), int(self.rng.integers(5, 13))
            for at in self.rng.integers(len(order), size=row.length // 60 + 1):
                closest = np.argsort(vec[where] @ vec[where[at]])[-count - 1:]
                near += [order[j] for j in closest if j != at] + [order[at]]
            order = near
        items = [(train[i]["parts"], c) for i, c in order]
        return self.render(row, items, labels, names, instruction, mode)

    def fine_episode(self, row, mode, names):
        train = self.enc["trec"]["train"]
        usable = [f for f in templates.FINE_TREC if len(self.by_fine.get(f, ())) >= 6]
        chosen = [usable[i] for i in self.rng.permutation(len(usable))[:int(self.rng.integers(2, 11))]]
        labels = dict(zip(chosen, self.symbols(len(chosen)))) if mode == "symbol" else {f: self.code(" " + templates.FINE_TREC[f]) for f in chosen}
        items = [(train[self.pick(self.by_fine[f])]["parts"], f) for f in (self.pick(chosen) for _ in range(row.length // 14))]
        return self.render(row, items, labels, names, None, mode)

    def relation_episode(self, row, mode):
        names = list(self.relations)
        chosen = [names[i] for i in self.rng.permutation(len(names))[:int(self.rng.integers(2, 8))]]
        labels = dict(zip(chosen, self.symbols(len(chosen)))) if mode == "symbol" else {r: self.code(" " + r.split(" /")[0]) for r in chosen}
        items = []
        for _ in range(row.length // 25):
            r = self.pick(chosen)
            items.append(([self.enc["facts"][self.pick(self.relations[r])]["ids"]], r))
        pair = self.pick([("Sentence", "Relation"), ("Text", "About"), ("Sentence", "Fact"), ("Text", "Label")])
        return self.render(row, items, labels, pair, None, mode, limit=50)

    def cluster_episode(self, row):
        k = int(self.rng.integers(2, 9))
        labels = dict(enumerate(self.symbols(k)))
        groups = {}
        for c in range(k):
            seed = self.pick(self.words)
            near = self.words[np.argsort(-(self.E[self.words] @ self.E[seed]))[:24]]
            groups[c] = near
        items = [([[int(self.pick(groups[c]))]], c) for c in (int(self.rng.integers(k)) for _ in range(row.length // 9))]
        return self.render(row, items, labels, self.pick(templates.GENERIC_NAMES + [("Word", "Group"), ("Word", "Kind")]), None, "symbol")

    def wordnet_episode(self, row, mode):
        """What kind of thing is a word, or what a definition defines? Kinds are hypernyms, close ones or any."""
        net = self.enc["wordnet"]
        k, first = int(self.rng.integers(2, 9)), int(self.rng.integers(len(net["groups"])))
        if self.chance(0.5):  # neighbours in the database are mostly of one field
            numbers = {(first + int(n)) % len(net["groups"]) for n in self.rng.integers(40, size=k)}
        else:
            numbers = {int(n) for n in self.rng.integers(len(net["groups"]), size=k)}
        groups = [net["groups"][n] for n in sorted(numbers)]
        if len(groups) < 2:
            return self.cluster_episode(row)
        labels = dict(enumerate(self.symbols(len(groups)) if mode == "symbol" else [list(word) for word, _ in groups]))
        sides = self.pick([("words",), ("definitions",), ("definitions",), ("words", "definitions")])
        names = {"words": ("Word", "Term", "Input"), "definitions": ("Definition", "Text", "Meaning")}
        given = tuple(self.pick(names[side]) for side in sides)
        items = []
        for _ in range(row.length // 12):
            c = int(self.rng.integers(len(groups)))
            n = self.pick(groups[c][1])
            items.append(([net[side][n] for side in sides], c))
        return self.render(row, items, labels, (given, self.pick(["Kind", "Label", "Group", "Category", "Type", "Class"])), None, mode, limit=30)

    def source_episode(self, row):
        """Which source is a passage from? Any text makes classes that nobody has seen: what is left to learn is to compare."""
        k, kind = int(self.rng.integers(2, 9)), self.rng.random()
        labels = dict(enumerate(self.symbols(k)))
        if kind < 0.35:  # passages of long reviews
            texts = [self.pick(self.enc["movie_reviews"]["train"])["parts"][0] for _ in range(k)]
            passage = lambda c: self.passage(texts[c], int(self.rng.integers(12, 36)))
        elif kind < 0.6:  # sentences about one subject
            about = [self.pick(self.subjects) for _ in range(k)]
            passage = lambda c: self.enc["facts"][self.pick(about[c])]["ids"][:40]
        elif kind < 0.75:  # neighbouring lines
            lines, at = self.enc["text"], self.rng.integers(len(self.enc["text"]) - 8, size=k)
            passage = lambda c: self.passage(np.concatenate(lines[at[c]:at[c] + 8]), int(self.rng.integers(10, 30)))
        else:  # one message, said with some of its words
            rows = self.enc["clinc"]["train"] if self.chance(0.5) else self.enc["trec"]["train"]
            texts = [self.pick(rows)["parts"][0] for _ in range(k)]
            passage = lambda c: self.varied(texts[c], (0.3, 0.3))
        items = [([passage(c)], c) for c in (int(self.rng.integers(k)) for _ in range(row.length // 16))]
        return self.render(row, items, labels, self.pick(templates.GENERIC_NAMES + [("Text", "Source"), ("Message", "Label")]), None, "symbol", limit=40, vary=False)

    def passage(self, ids, size):
        start = int(self.rng.integers(0, max(1, len(ids) - size)))
        return ids[start:start + size]

    def choice_episode(self, row):
        """Multiple choice: which passage answers the question; letters as labels."""
        train, answers = self.enc["qnli"]["train"], self.by_class["qnli"]["entailment"]
        letters = ["a", "b", "c", "d"][:int(self.rng.integers(2, 5))]
        labels = {x: self.code(" " + x) for x in letters}
        items = []
        for _ in range(row.length // 60 + 1):
            i = int(self.pick(answers))
            sample = self.rng.choice(answers, 60, replace=False)
            order = sample[np.argsort(-(self.vec["qnli"][sample] @ self.vec["qnli"][i]))]
            others = [int(j) for j in order if j != i][:len(letters) - 1]
            right = int(self.rng.integers(len(letters)))
            options = others[:right] + [i] + others[right:]
            parts = [train[i]["parts"][0]] + [train[j]["parts"][1][:40] for j in options]
            items.append((parts, letters[right]))
        return self.render(row, items, labels, (("Question", *[x.upper() for x in letters]), "Answer"), None, "real")

    def text_row(self, row, weight=1.0):
        """Lines of plain text, of encyclopedia sentences or of worked answers, until the row is full."""
        u = self.rng.random()
        self.text_at = int(self.rng.integers(len(self.enc["text"])))
        while row.room(8):
            if u < 0.55:
                line = self.enc["text"][self.text_at % len(self.enc["text"])]
                self.text_at += 1
                ids = [*line, *self.code("\n")]
            elif u < 0.92:
                ids = [*self.enc["facts"][self.rng.integers(len(self.enc["facts"]))]["ids"], *self.code("\n")]
            else:
                q = self.pick(self.enc["gsm8k"]["train"])["parts"]
                ids = [*self.code("Question:"), *q[0], *self.code("\nAnswer:"), *q[1], *self.code("\n\n")]
            row.add(ids[:row.length - len(row.ids)], weight)
        return row

    def episode(self, length):
        mix = self.settings["mix"]
        kind = self.rng.choice(list(mix), p=np.array(list(mix.values())) / sum(mix.values()))
        row = Row(length)
        if kind == "text":
            return self.text_row(row), "text"
        if kind in ("real", "symbol", "flip"):
            return self.task_episode(row, kind), kind
        if kind == "relation":
            return self.relation_episode(row, self.pick(["real", "symbol"])), kind
        if kind == "cluster":
            return self.cluster_episode(row), kind
        if kind == "wordnet":
            return self.wordnet_episode(row, "symbol" if self.chance(0.7) else "real"), kind
        if kind == "source":
            return self.source_episode(row), kind
        return self.choice_episode(row), kind

    def batch(self, rows):
        """rows: (Row, kind). Arrays: ids, then per loss position: index, token, weight, choices, is text."""
        length = rows[0][0].length  # few distinct shapes: the CPU kernels are prepared once for each
        n_text = sum(len(r.targets) for r, kind in rows if kind == "text")
        keep = min(1.0, self.settings["textPositions"] / max(n_text, 1))
        ids = np.full((len(rows), length), bpe.PAD, np.int64)
        at, token, weight, choices, soft, text, fact = [], [], [], [], [], [], []
        for b, (r, kind) in enumerate(rows):
            ids[b, :len(r.ids)] = r.ids
            for p, t, w, c, q in r.targets:
                if w and (kind != "text" or keep == 1.0 or self.rng.random() < keep):
                    at.append(b * length + p)
                    token.append(t)
                    weight.append(w)
                    text.append(kind == "text")
                    fact.append(kind == "fact")
                    choices.append(([t] + [x for x in c if x != t] + [-1] * CHOICES)[:CHOICES] if c else [-1] * CHOICES)
                    soft.append([q.get(x, 0.0) for x in choices[-1]] if q else [1.0] + [0.0] * (CHOICES - 1))
        return {"ids": ids.astype(np.int32), "at": np.array(at, np.int32), "token": np.array(token, np.int32), "weight": np.array(weight, np.float32),
                "choices": np.array(choices, np.int32), "soft": np.array(soft, np.float32), "text": np.array(text), "fact": np.array(fact),
                "dropout": np.array([0.0 if kind in ("text", "fact") else self.settings["dropout"] for _, kind in rows], np.float32)}
