"""Reading the data folder: tasks, facts, text; and the slices that stay out of training."""

import gzip
import json
import os
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CONFIG = json.loads((HERE / "config.json").read_text())
DATA = Path(os.environ.get("KNOWSHOT_DATA", ROOT.parent / "shared" / "data"))
WORK = Path(os.environ.get("KNOWSHOT_WORK", HERE / ".work"))


def read_jsonl(path):
    path = Path(path)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def task_rows(name, split="train"):
    plain = DATA / "tasks" / f"{name}.{split}.jsonl"
    return read_jsonl(plain if plain.exists() else f"{plain}.gz")


def tasks_of(split):
    return sorted({p.name.split(".")[0] for p in (DATA / "tasks").glob(f"*.{split}.jsonl*")})


def split_rows(name):
    """Training and tuning rows of one task's train file. TREC's last 500 are its test set: in neither."""
    rows = task_rows(name)
    if name == "trec":
        rows = rows[:-500]
    if name == "clinc":
        held = set(CONFIG["data"]["clincHeldOutDomains"])
        return [r for r in rows if r["domain"] not in held], []
    if name == "sst5":  # the same sentences as sst2: its tuning slice must stay out here too
        tuned = {r["text"] for r in split_rows("sst2")[1]}
        rows = [r for r in rows if r["text"] not in tuned]
    order = list(range(len(rows)))
    random.Random(f"tune-{name}").shuffle(order)
    n_tune = min(CONFIG["data"]["tuneRows"], len(rows) // 10)
    tune = set(order[:n_tune])
    return [r for i, r in enumerate(rows) if i not in tune], [rows[i] for i in sorted(tune)]


def own_table(part):
    """A table written for this project (training/own), as lists of columns."""
    return [line.rstrip("\n").split("\t") for line in open(HERE / "own" / f"{part}.tsv", encoding="utf-8") if line.strip()]


def own_rows(name):
    """Rows written for this project that join a task's training rows."""
    if name == "sst2":
        return [{"text": t, "label": y} for part in ("reviews-a", "reviews-b", "reviews-c", "reviews-d") for t, y in own_table(part)]
    if name == "mpqa":
        words = [(w, int(score)) for w, score in own_table("opinion-words")]
        return [{"text": t, "label": y} for t, y in own_table("opinion-phrases")] + \
            [{"text": w, "label": "positive" if score > 0 else "negative"} for w, score in words if abs(score) > 1]
    if name == "trec":
        asked = ("what {} is it ?", "which {} ?", "name the {} .", "what {} was that ?")
        return [{"text": t, "label": y} for t, y in own_table("questions")] + \
            [{"text": asked[n % len(asked)].format(noun), "label": y} for n, (noun, y) in enumerate(own_table("answer-types"))]
    if name == "clinc":
        return [{"text": t, "label": intent, "domain": domain} for part in ("intents", *(f"intents-{x}" for x in "abcde")) for intent, domain, t in own_table(part)]
    return []


def trec_test():
    return task_rows("trec")[-500:]


def clinc_held_out():
    """Rows of the intents that no training ever saw: (demo pool, queries)."""
    held = set(CONFIG["data"]["clincHeldOutDomains"])
    return ([r for r in task_rows("clinc") if r["domain"] in held],
            [r for r in task_rows("clinc", "dev") if r["domain"] in held])


def row_text(row):
    """All the text of a row, for counting words."""
    keys = ("text", "premise", "hypothesis", "question", "sentence", "sentence1", "sentence2")
    return " ".join(str(row[k]) for k in keys if k in row)


def fact_sentences():
    return read_jsonl(DATA / "facts" / "sentences.jsonl.gz")


def general_lines():
    with gzip.open(DATA / "text" / "general.txt.gz", "rt", encoding="utf-8") as f:
        lines = [" ".join(line.split()) for line in f]
    return [line for line in lines if len(line) >= 20 and line.isascii()]


def corpus():
    """Every training text, for the tokenizer and the word vectors."""
    for name in tasks_of("train"):
        for row in split_rows(name)[0]:
            yield row_text(row) if name != "gsm8k" else row["question"] + " " + row["answer"]
    for row in fact_sentences():
        yield row["text"]
    yield from general_lines()[:-CONFIG["data"]["heldOutTextLines"]]


def encode_all(tok, log=print):
    """Token ids of every task row, of the fact sentences and of the text; built once, kept in the work folder."""
    import pickle

    import numpy as np
    import wordnet
    path = WORK / "encoded.pkl"
    if path.exists():
        return pickle.loads(path.read_bytes())
    out = {}
    for name in tasks_of("train"):
        train, tune = split_rows(name)
        out[name] = {"train": [encode_row(tok, r) for r in train], "tune": [encode_row(tok, r) for r in tune]}
        own = [{**encode_row(tok, r), "own": True} for r in own_rows(name)]
        out[name]["train"] += own
    facts = [{"ids": np.array(tok.encode(" " + r["text"]), np.int32), **r} for r in fact_sentences() if len(r["text"]) < 600]
    lines = general_lines()
    hold = CONFIG["data"]["heldOutTextLines"]
    encoded = [np.array(tok.encode(line), np.int32) for line in lines]
    out["facts"] = facts
    out["text"], out["text_held"] = encoded[:-hold], encoded[-hold:]
    out["wordnet"] = wordnet.encode(tok)
    stream = [[-1]]
    for name in tasks_of("train"):
        for row in out[name]["train"]:
            if not row.get("own"):  # so that the word vectors, which older revisions share, stay what they are
                stream += [row["ids"], [-1]]
    for ids in [f["ids"] for f in facts] + out["text"]:
        stream += [ids, [-1]]
    out["stream"] = np.concatenate(stream).astype(np.int32)
    path.write_bytes(pickle.dumps(out, protocol=4))
    log(f"data: {len(out['stream'])} tokens")
    return out


def encode_row(tok, row):
    """`parts`: ids of the row's texts, each with a leading space; `ids`: all of them."""
    import numpy as np
    for keys in (("premise", "hypothesis"), ("sentence1", "sentence2"), ("question", "sentence"), ("question", "answer"), ("text",)):
        if all(k in row for k in keys):
            break
    parts = [np.array(tok.encode(" " + " ".join(row[k].split())), np.int32) for k in keys]
    label = row.get("label", "")
    return {"parts": parts, "ids": np.concatenate(parts), "label": label, "fine": row.get("fine"), "domain": row.get("domain")}
