"""Words by their kind, from WordNet's nouns and verbs: definitions and words under a common hypernym make classes by the thousand.

Reads the database files (`data.noun`, `data.verb`) of WordNet 3.0, as Debian's wordnet-base installs them.
"""

import os
from pathlib import Path

import numpy as np

FOLDER = Path(os.environ.get("KNOWSHOT_WORDNET", "/usr/share/wordnet"))
LEAST, MOST = 6, 300  # a group of hyponyms is a class if it has so many members


def synsets(kind):
    """Offset, word, definition, offsets of the hypernyms; of every synset whose text is plain ASCII."""
    path = FOLDER / f"data.{kind}"
    if not path.exists():
        raise SystemExit(f"{path} is missing: install WordNet 3.0 (Debian: wordnet-base) or set KNOWSHOT_WORDNET to its folder")
    for line in open(path, encoding="latin-1"):
        if line.startswith("  ") or not line.isascii():
            continue
        head, gloss = line.split(" | ", 1)
        fields = head.split()
        count = int(fields[3], 16)
        pointers = fields[4 + 2 * count:]
        above = [f"{kind}{pointers[n + 1]}" for n in range(1, len(pointers) - 3, 4) if pointers[n] == "@"]
        yield f"{kind}{fields[0]}", fields[4].replace("_", " "), gloss.split(";")[0].strip().strip("()"), above


def encode(tok):
    """Ids of words and definitions, and groups of synset numbers that share a hypernym, with the hypernym's word."""
    found = [s for kind in ("noun", "verb") for s in synsets(kind)]
    word_of = {offset: word for offset, word, _, _ in found}
    groups = {}
    for n, (_, _, _, above) in enumerate(found):
        for offset in above:
            groups.setdefault(offset, []).append(n)
    groups = {o: members for o, members in groups.items() if LEAST <= len(members) <= MOST and o in word_of}
    used = sorted({n for members in groups.values() for n in members})
    place = {n: i for i, n in enumerate(used)}
    code = lambda text: np.array(tok.encode(" " + text), np.int32)
    return {"words": [code(found[n][1]) for n in used], "definitions": [code(found[n][2]) for n in used],
            "groups": [(code(word_of[o]), np.array([place[n] for n in members])) for o, members in sorted(groups.items())]}
