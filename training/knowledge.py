"""Knowledge tasks on the project's own knowledge base, and the two branches that differ in them alone.

Branch "knowledge" mixes rows of facts into the episodes; branch "plain" has rows of plain text in exactly their places.
Facts that are not yet known are asked more often: each is drawn in proportion to its latest loss.
"""

import csv

import numpy as np

import data
from episodes import Row, Sampler

KNOWLEDGE = data.ROOT / "public" / "knowledge"

# One wording per relation that no training ever uses, to tell knowing from reciting. Each ends where the tail begins.
HELD_OUT = {
    "capital": "{h} has as its capital", "continent": "On the map {h} belongs to", "located-in": "You can find {h} in", "official-language": "In {h} the state speaks",
    "currency": "People in {h} pay with the", "borders": "A neighbour of {h} is", "flows-through": "The water of the {h} passes", "flows-into": "The {h} ends in the",
    "born-in": "The birthplace of {h} is", "nationality": "The home country of {h} is", "occupation": "By profession {h} was a", "field": "The subject of {h} was",
    "known-for": "{h} became famous for", "member-of": "{h} belongs to", "award": "{h} was honoured with the", "author": "{h} was written by", "director": "{h} was directed by",
    "composer": "{h} was composed by", "painted-by": "The painter of {h} is", "sculpted-by": "The maker of {h} is", "performed-by": "The singer of {h} is", "genre": "{h} is usually called",
    "set-in": "{h} plays in", "based-on": "The source of {h} is", "character-in": "{h} appears in", "acted-in": "{h} could be seen in", "founded-by": "The founder of {h} is",
    "headquarters": "{h} has its main office in", "industry": "The business of {h} is", "made-by": "The maker of {h} is", "owned-by": "The owner of {h} is",
    "discovered-by": "The discoverer of {h} is", "invented-by": "The inventor of {h} is", "part-of": "{h} belongs to", "orbits": "{h} circles", "made-of": "{h} consists of",
    "studies": "The subject of {h} is", "measures": "With a {h} one can find the", "causes": "A result of {h} can be", "treats": "{h} helps against", "kind-of": "{h} is an example of a",
    "eats": "The food of {h} is", "lives-in": "The home of {h} is", "ingredient": "To make {h} you need", "origin": "{h} was first known in", "plays": "The game or instrument of {h} is",
    "played-with": "For {h} you need a", "happened-in": "The place of {h} was", "took-part-in": "{h} was involved in", "used-for": "People use a {h} for", "found-at": "The usual place of a {h} is the",
    "worshipped-in": "The faith of {h} is",
}


def _table(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


class KnowledgeBase:
    def __init__(self):
        self.relations = {r["id"]: r for r in _table(KNOWLEDGE / "relations.tsv")}
        self.entities, self.triples = {}, []
        for path in sorted((KNOWLEDGE / "areas").glob("*.entities.tsv")):
            for e in _table(path):
                self.entities.setdefault(e["id"], e)
        seen = set()
        for path in sorted((KNOWLEDGE / "areas").glob("*.triples.tsv")):
            for t in _table(path):
                key = (t["head"], t["relation"], t["tail"])
                if key not in seen and t["relation"] in self.relations and t["head"] in self.entities and t["tail"] in self.entities:
                    seen.add(key)
                    self.triples.append(key)
        self.tails = {}
        for h, r, t in self.triples:
            self.tails.setdefault((h, r), set()).add(t)
        self.by_type = {}
        for i, e in self.entities.items():
            self.by_type.setdefault(e["type"], []).append(i)

    def name(self, entity):
        return self.entities[entity]["name"]

    def statement(self, h, r, template=None):
        """The statement up to its tail."""
        text = template or self.relations[r]["statement"].split("{t}")[0]
        return text.replace("{h}", self.name(h)).strip()

    def question(self, h, r):
        return self.relations[r]["question"].replace("{h}", self.name(h))


class BranchSampler(Sampler):
    """Rows of the trunk's mixture, and in a fixed share of places rows of facts (or of text)."""

    def __init__(self, branch, encoded, vectors, embeddings, tok, settings, seed, teachers):
        super().__init__(encoded, vectors, embeddings, tok, settings, seed, teachers)
        self.branch, self.base = branch, KnowledgeBase()
        self.extra = np.random.default_rng(seed + 7)  # draws for the rows that differ leave the common rows alone
        self.loss = np.full(len(self.base.triples), 6.0)
        self.heads = [e for e in self.base.entities.values() if e["description"]]
        self.order = np.random.default_rng(seed + 8)

    def episode(self, length):
        if self.order.random() >= self.settings["knowledgeShare"]:
            return super().episode(length)
        common, self.rng = self.rng, self.extra
        row = Row(length)
        out = (self.fact_row(row), "fact") if self.branch == "knowledge" else (self.text_row(row), "text")
        self.rng = common
        return out

    def fact_row(self, row):
        p = self.loss + 0.15
        count = row.length // 7
        draws = self.rng.choice(len(p), count, p=p / p.sum())
        code, base = self.code_once, self.base
        for i in draws:
            h, r, t = base.triples[i]
            tail, style = code(" " + base.name(t)), self.rng.random()
            if style < 0.6:
                before, after = code(base.statement(h, r)), code(".\n")
            elif style < 0.8:
                before, after = code(f"Question: {base.question(h, r)}\nAnswer:"), self.code("\n\n")
            elif style < 0.9:
                opening = code(f"Question: {base.question(h, r)}\nAs far as I know,")
                before, after = code(" " + base.statement(h, r)), code(".\n\n")
                if not row.room(len(opening) + len(before) + len(tail) + len(after)):
                    break
                row.add(opening)
                row.add(before, 0.1)
                before = []
            else:
                e = self.heads[self.rng.integers(len(self.heads))]
                before, after = code(f"Entities: {e['name']}\nText:"), code(".\n\n")
                text = code(f" {e['name']} is {e['description']}")
                if not row.room(len(before) + len(text) + len(after)):
                    break
                row.add(before)
                row.add(text, 0.3)
                row.add(after, 0.1)
                continue
            if not row.room(len(before) + len(tail) + len(after)):
                break
            row.add(before)
            row.facts.append((len(row.targets), int(i)))
            row.add(tail, 1.0)
            row.add(after, 0.1)
        return row

    def code_once(self, text):
        return self.tok.encode(text)

    def learned(self, facts, losses):
        """Keeps the latest loss of each fact's first tail token."""
        for i, value in zip(facts, losses):
            self.loss[i] = 0.3 * self.loss[i] + 0.7 * min(float(value), 8.0)
