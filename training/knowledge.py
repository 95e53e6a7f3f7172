"""Knowledge tasks on the project's own knowledge base, and the two branches that differ in them alone.

Branch "knowledge" mixes rows of facts into the episodes; branch "plain" has rows of plain text in exactly their places.
Every relation is worded in many ways (`own/wordings.tsv`), so that the fact is learnt and not one sentence.
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

    def name(self, entity):
        return self.entities[entity]["name"]



class BranchSampler(Sampler):
    """Rows of the trunk's mixture, and in a fixed share of places rows of facts (or of text)."""

    def __init__(self, branch, *inputs):
        super().__init__(*inputs)
        self.branch, self.base = branch, KnowledgeBase()
        self.heads = [e for e in self.base.entities.values() if e["description"]]
        self.wordings = {}
        for relation, kind, text in data.own_table("wordings"):
            self.wordings.setdefault((relation, kind), []).append(text)
        for relation, r in self.base.relations.items():  # the wording of the base is as frequent as all others together
            for kind in ("statement", "question"):
                self.wordings[relation, kind] += [r[kind]] * len(self.wordings[relation, kind])
        self.frames = [text for (text,) in data.own_table("frames")]

    def seed(self, seed):
        super().seed(seed)
        self.extra = np.random.default_rng([*seed, 7])  # draws for the rows that differ leave the common rows alone
        self.order = np.random.default_rng([*seed, 8])

    def episode(self, length):
        if self.order.random() >= self.settings["knowledgeShare"]:
            return super().episode(length)
        common, self.rng = self.rng, self.extra
        row = Row(length)
        out = (self.fact_row(row), "fact") if self.branch == "knowledge" else (self.text_row(row), "text")
        self.rng = common
        return out

    def fact_row(self, row):
        while row.room(8):
            pieces = self.description() if self.chance(0.1) else self.fact()
            pieces = [(self.tok.encode(text), weight) for text, weight in pieces]
            if not row.room(sum(len(ids) for ids, _ in pieces)):
                break
            for ids, weight in pieces:
                row.add(ids, weight)
        return row

    def fact(self):
        """A fact as (text, weight) pieces: stated, asked, recalled after a frame, or told from its tail."""
        h, r, t = self.pick(self.base.triples)
        style, word = self.rng.random(), lambda kind: self.pick(self.wordings[r, kind]).replace("{h}", self.base.name(h))
        tail = (" " + self.base.name(t), 1.0)
        statement = word("statement").split("{t}")[0].strip()
        if style < 0.5:
            return [(statement, 0.0), tail, (".\n", 0.1)]
        if style < 0.7:
            return [(f"Question: {word('question')}\nAnswer:", 0.0), tail, ("\n\n", 0.1)]
        if style < 0.85:
            frame = "As far as I know," if self.chance(0.6) else self.pick(self.frames)
            return [(f"Question: {word('question')}\n{frame}", 0.0), (" " + statement, 0.1), tail, (".\n\n", 0.1)]
        start, end = self.pick(self.wordings[r, "reverse"]).replace("{t}", self.base.name(t)).split("{h}")
        return [(start.strip(), 0.0), (" " + self.base.name(h), 0.3), (end + ".\n", 0.1)]

    def description(self):
        e = self.pick(self.heads)
        return [(f"Entities: {e['name']}\nText:", 0.0), (f" {e['name']} is {e['description']}", 0.3), (".\n\n", 0.1)]
