"""Golden values for the engine, from the exported weights: token ids, log-probs and embeddings of varied prompts.

    python3 parity.py     writes test/fixtures/embedded/torch-parity.json
"""

import json

import torch

import bpe
import data
import export

WORDS = ("the harbour lights came on one by one while an old engineer explained why small models can be honest about what they "
         "do not know and how a demonstration near the question helps more than ten that are far away").split()


def prompts():
    reviews = [("A warm and funny film.", "positive"), ("Dull from start to end.", "negative"), ("I would gladly watch it again.", "positive"),
               ("The plot makes no sense.", "negative")]
    topics = [("The striker scored twice in the final.", "sports"), ("Shares of the bank fell after the report.", "business"),
              ("A new chip doubles the speed of phones.", "technology"), ("The two presidents signed a peace treaty.", "world")]
    out = ["Review: A joy.\nSentiment:", "Review: A joy.\nSentiment: positive", "The capital of France is", "As far as I know, Paris is", "x", "\n", " ",
           "It's 3.14159, isn't it? THEY'LL see.", "naïve café — ÅNGSTRÖM e\u0301 “quotes”", "日本語のテキスト 👩‍👩‍👧 🔥🔥", "Привет, мир! ΟΔΟΣ مرحبا",
           "a  b   c\t\td \n e", "Question: What is the boiling point of water?\nType:", "1234567890", "!!! ??? ...", "Premise: A man sleeps.\nHypothesis: A man is awake.\nAnswer:"]
    for k in range(1, 13):
        demos = "".join(f"Review: {t}\nSentiment: {w}\n\n" for t, w in (reviews * 4)[:k])
        out.append(f"{demos}Review: Worth every minute, number {k}.\nSentiment:")
    for k in range(1, 13):
        demos = "".join(f"Article: {t}\nTopic: {w}\n\n" for t, w in (topics * 4)[:k])
        out.append(f"Classify the news articles by topic.\n\n{demos}Article: Team {k} won the cup.\nTopic: sports")
    for n in (40, 80, 120, 200, 300, 400):
        out.append(" ".join(WORDS[(i * 7 + i * i) % len(WORDS)] for i in range(n)))
    demos = "".join(f"Article: {' '.join(WORDS[(i * 5 + j * j + j) % len(WORDS)] for j in range(45))}.\nTopic: {topics[i % 4][1]}\n\n" for i in range(16))
    out += [f"{demos}Article: {w}\nTopic:" for w in ("The match was lost.", "Oil prices rose.")]
    out += [f"Question: Who wrote {w}?\nAnswer:" for w in ("Hamlet", "War and Peace")]
    return out


@torch.no_grad()
def fixture(folder):
    model, tok = export.load_exported(folder), bpe.load(folder / "tokenizer.json")
    manifest = json.loads((folder / "manifest.json").read_text())
    layer = manifest["embedLayer"]
    mean = export.read_safetensors(folder / "model.safetensors").get("embedding_mean", torch.zeros(model.config.hidden_size))
    cases, embeds = [], []
    for n, text in enumerate(prompts()):
        ids = [bpe.BOS, *tok.encode(text)]
        batch = torch.tensor([ids])
        lp = torch.log_softmax(model.logits(model.hidden(batch))[0], -1)
        own = [lp[i, t].item() for i, t in enumerate(ids[1:])]
        top = lp[-1].topk(3)
        case = {"text": text, "ids": ids, "sum": sum(own), "last": [round(x, 6) for x in own[-40:]],
                "next": [[int(i), round(float(v), 6)] for i, v in zip(top.indices, top.values)]}
        cases.append(case)
        if n in (0, 8, 30):
            h = model.hidden(batch, upto=layer)[0]
            embeds.append({"text": text, "vector": [round(v, 6) for v in (h[1:].mean(0) - mean).tolist()]})
    return {"model": manifest["id"], "sha256": manifest["files"]["model.safetensors"]["sha256"], "embedLayer": layer,
            "note": "ids start with <bos>; last: log-probs of the last (up to 40) tokens given what stands before; sum: over all tokens after <bos>; next: the three likeliest next tokens; embeddings: mean over the tokens after <bos>, minus embedding_mean",
            "prompts": cases, "embeddings": embeds}


def main():
    torch.set_num_threads(2)
    out = data.ROOT / "test" / "fixtures" / "embedded" / "torch-parity.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(fixture(data.ROOT / "public" / "models" / data.CONFIG["id"]), ensure_ascii=False)
    temporary = out.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(out)
    print(out, len(text.encode()), "bytes")


if __name__ == "__main__":
    main()
