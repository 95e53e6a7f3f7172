"""The whole recipe in one command: `python3 run.py`, or the stages named after it; each is skipped where its result is there.

    tokenizer   byte-level BPE over the training texts
    embeddings  token ids of all data, the constructed token vectors, and the teachers
    trunk       what both twins share; stops at config steps, or when WORK/stop-trunk appears
    branches    knowledge and plain: the same rows but for the knowledge tasks, side by side
    ship        int8 files, model cards and parity prompts into the repository
    card        the cards again, with what `npm run eval:model -- --json training/results/ID.json` measured
"""

import json
import os
import subprocess
import sys

import bpe
import construct
import data
import templates

STAGES = ("tokenizer", "embeddings", "trunk", "branches", "ship")
BRANCHES = ("knowledge", "plain")


def tokenizer():
    path = data.WORK / "tokenizer.json"
    if not path.exists():
        settings = data.CONFIG["tokenizer"]
        boosted = [(piece, settings["labelWordBoost"]) for piece in templates.boosted_pieces()]
        tok = bpe.train(data.corpus(), settings["vocabSize"], boosted)
        path.write_text(json.dumps(bpe.to_json(tok), ensure_ascii=False))


def embeddings():
    import torch
    path = data.WORK / "embeddings.pt"
    if not path.exists():
        tok = bpe.load(data.WORK / "tokenizer.json")
        encoded = data.encode_all(tok)
        torch.save(construct.embeddings(encoded["stream"], encoded, tok, data.CONFIG["seed"]), path)
        import train
        train.load_inputs()


def finished(name):
    import torch
    path = data.WORK / f"{name}.ckpt"
    return path.exists() and torch.load(path, map_location="cpu").get("done", False)


def train(*names):
    """Trains what is not done yet; several at a time share the cores."""
    waiting = [n for n in names if not finished(n)]
    threads = str(max(1, (os.cpu_count() or 2) // max(1, len(waiting))))
    env = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    if len(names) > 1:
        env["KNOWSHOT_THREADS"] = threads
    running = [subprocess.Popen([sys.executable, "train.py", name], cwd=data.HERE, env=env) for name in waiting]
    if any([p.wait() for p in running]):
        sys.exit("training ended early: run the same command again to go on from the last checkpoint")


def main():
    data.WORK.mkdir(parents=True, exist_ok=True)
    for stage in sys.argv[1:] or STAGES:
        print(f"-- {stage}", flush=True)
        if stage == "tokenizer":
            tokenizer()
        elif stage == "embeddings":
            embeddings()
        elif stage == "trunk":
            train("trunk")
        elif stage == "branches":
            train(*BRANCHES)
        elif stage == "ship":
            import ship
            ship.ship()
        elif stage == "card":
            import ship
            ship.cards()
        else:
            sys.exit(f"unknown stage {stage}: choose from {', '.join(STAGES)}, card")


if __name__ == "__main__":
    main()
