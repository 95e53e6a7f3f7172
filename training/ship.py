"""From checkpoints to the repository: int8 files, parity prompts, and model cards with what was measured.

`ship` writes the model files; `card` writes the cards again after `npm run eval:model -- --model ID --json training/results/ID.json`.
"""

import csv
import json

import numpy as np
import torch

import bpe
import data
import evaluate
import export
import parity
from model import Config, Model
from train import load_inputs

TWINS = {
    "knowshot-mini": ("knowledge", "Knowshot mini", "with knowledge tasks"),
    "knowshot-mini-plain": ("plain", "Knowshot mini, without knowledge tasks", "without knowledge tasks: where its twin reads facts, it reads plain text"),
}
RESULTS = data.HERE / "results"

SOURCES = [
    ("SST-2, SST-5", "Stanford Sentiment Treebank, film reviews"), ("pros/cons", "Liu and Hu, product reviews"), ("MPQA", "opinion phrases"),
    ("movie reviews, Subj", "Pang and Lee"), ("TREC (without its last 500 rows)", "question types"), ("AG News", "news topics, for research use"),
    ("CLINC150 (without two domains)", "intents, CC BY 3.0"), ("TweetEval", "emotion, hate, offence, sentiment in tweets"),
    ("CB, RTE, QNLI, SICK", "inference, from SuperGLUE, GLUE and SICK"), ("MRPC", "paraphrases"), ("GSM8K", "worked arithmetic, MIT"),
    ("LAMA T-REx", "encyclopedia sentences with facts: Wikidata CC0, Wikipedia CC BY-SA"),
    ("Brown, ABC, State of the Union, Inaugural, webtext, Genesis", "plain text"),
    ("WordNet 3.0 (Princeton University)", "definitions and kinds of nouns and verbs"),
    ("Knowshot's own words, phrases, reviews, questions and messages (`training/own`)", "written for this model by a language model, not checked line by line; MIT"),
    ("Knowshot's own knowledge base", "CC BY 4.0; in the knowledge tasks only"),
]


def load_checkpoint(name):
    state = torch.load(data.WORK / f"{name}.ckpt", map_location="cpu")
    vocab = len(bpe.load(data.WORK / "tokenizer.json").vocab)
    model = Model(Config(vocab, **data.CONFIG["model"]))
    model.load_state_dict(state["model"])
    return model.eval(), state


@torch.no_grad()
def mean_embedding(model, layer, lines):
    """Mean over texts of the mean state after `layer` layers: what all texts have in common."""
    out = []
    for ids in lines:
        batch = torch.tensor([[bpe.BOS, *[int(i) for i in ids][:100]]])
        out.append(model.hidden(batch, upto=layer)[0, 1:].mean(0))
    return torch.stack(out).mean(0)


def ship(branches=None):
    inputs = tok, encoded, E, vectors = load_inputs()[:4]
    lines = encoded["text_held"][:1000]
    embed = data.CONFIG["embedding"]
    for name, (branch, title, _) in TWINS.items():
        model, state = load_checkpoint((branches or {}).get(branch, branch))
        extra = {"embedding_mean": mean_embedding(model, embed["layer"], lines)}
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.training.json").write_text(json.dumps(training_log(branch, state), indent=1) + "\n")
        folder = export.export(model, name, title, card(name), embed, [n for n, _ in SOURCES], extra)
        loss = evaluate.quantisation(model, export.load_exported(folder), *inputs)
        (RESULTS / f"{name}.quantisation.json").write_text(json.dumps(loss, indent=1) + "\n")
        print(name, "step", state["step"])
    parity.main()


def training_log(branch, state):
    """What the card says about the training: steps, tokens, machine, the curve at a few points."""
    out = {"revision": data.CONFIG["revision"], "seed": data.CONFIG["seed"], "steps": state["step"], "tokens": state["tokens"], "trunkSteps": state.get("start", state["step"]),
           "machine": state["machine"], "curves": {}}
    for name in ("trunk", branch):
        path = data.WORK / f"{name}.csv"
        if path.exists():
            rows = np.array([[float(x) for x in r] for r in csv.reader(open(path))])
            out["curves"][name] = [[round(float(v), 3) for v in part.mean(0)[[0, 1, 3, 4, 5, 6]]] for part in np.array_split(rows, min(12, len(rows)))]
    return out


def card(name):
    branch, title, what = TWINS[name]
    other = next(n for n in TWINS if n != name)
    out = [f"# {title}", "",
           f"A decoder-only language model of the Llama family, {what}. It was trained for Knowshot from a constructed start, to read demonstrations: small enough "
           f"for any browser, and with everything inside open. Its twin [{other}](../{other}/README.md) saw the same rows in the same order but for the knowledge tasks.", ""]
    out += model_section()
    path = RESULTS / f"{name}.training.json"
    if path.exists():
        out += training_section(json.loads(path.read_text()))
    path = RESULTS / f"{name}.json"
    out += results_section(json.loads(path.read_text())) if path.exists() else ["## Results", "", "Not measured yet for these files.", ""]
    path = RESULTS / f"{name}.quantisation.json"
    out += quantisation_section(json.loads(path.read_text())) if path.exists() else []
    out += ["## What it cannot do", "",
            "- It is tiny: it reads demonstrations and answers short questions about its facts, but it hardly writes. Left to go on, it repeats itself after a few words, as the page above shows.",
            "- English only, lower-cased: it never sees whether a word had a capital.",
            "- It knows what it was told and little more: the twin with knowledge tasks recalls the facts that it was trained on, in wordings that no training used too, though less often; about facts that no training saw it does little better than counting the commonest tail.",
            "- Inference and paraphrase are close to chance beyond what word overlap gives.",
            "- Texts of reviews, tweets and news carry the views and slurs of their writers; it must not be used to judge people.",
            "- Facts it writes can be wrong; the playground shows them unedited, because that is what is being studied.", ""]
    return "\n".join(out)


def model_section():
    m, t = data.CONFIG["model"], data.CONFIG["tokenizer"]
    return ["## Files", "",
            f"`model.safetensors`: {m['num_hidden_layers']} layers, {m['hidden_size']} wide, {m['num_attention_heads']} heads, {m['intermediate_size']} in the FFN, tied embeddings, "
            f"weights as int8 per row with f32 scales (compressed-tensors convention). `tokenizer.json`: byte-level BPE with {t['vocabSize']} entries, lower-cased, digits apart. "
            "`config.json`: LlamaForCausalLM. `manifest.json`: SHA-256 of every file, revision.", "",
            "## Data", "", "| what | of what kind |", "|---|---|", *[f"| {a} | {b} |" for a, b in SOURCES], "",
            "Development files of these sets, the last 500 rows of TREC and the CLINC domains "
            f"{' and '.join(data.CONFIG['data']['clincHeldOutDomains'])} were kept out of training; choices were made on slices of the training files.", ""]


def training_section(log):
    rows = [[name, *row] for name, curve in log["curves"].items() for row in curve]
    return ["## Training", "",
            f"`training/run.py`, seed {log['seed']}: {log['trunkSteps']} steps of a trunk that both twins share, then {log['steps'] - log['trunkSteps']} steps of its own while the rate falls "
            f"to zero; {log['tokens'] / 1e6:.1f} million tokens in all. Machine: {log['machine']}. Episodes with true label words, arbitrary symbols and flipped labels from 22 tasks, word clusters, "
            "relations, which source a passage is from, kinds of words and definitions, multiple choice, plain text. For ten tasks with one short text most texts are varied and spliced, with the class that a linear teacher gives them "
            "(`training/teach.py`; fitted on training rows alone). Settings in `training/config.json`.", "",
            "| part | step | tokens | label loss | text loss | label accuracy | fact loss |", "|---|---|---|---|---|---|---|",
            *["| " + " | ".join([r[0], f"{r[1]:.0f}", f"{r[2] / 1e6:.2f} M", *[f"{v:.2f}" if v else "-" for v in r[3:]]]) + " |" for r in rows], ""]


def results_section(results):
    out = ["## Results", "",
           f"Measured with the shipped files by the shipped engine (`npm run eval:model`; {results['model']} {results['revision']}, {results['backend']}). Intervals are Wilson's, 95 %. "
           "The goals were set before training.", "",
           "| what | goal | measured | 95 % interval | n |", "|---|---|---|---|---|"]
    for m in results["measures"]:
        out.append(f"| {m['what']} | {m['goal'] or '-'} | {100 * m['right'] / m['n']:.1f} | {100 * m['low']:.1f} to {100 * m['high']:.1f} | {m['n']} |")
    out += ["", f"Perplexity per token on held-out plain text: {results['perplexity']:.1f}." if results.get("perplexity") else "", "",
            "## What it writes", "", "Greedy, unedited; the prompt is in italics.", ""]
    for s in results.get("samples", []):
        prompt, text = (" ".join(s[key].split()) for key in ("prompt", "text"))
        out.append(f"- *{prompt}* {text}")
    return [*out, ""]


def quantisation_section(tasks):
    return ["## Loss by quantisation", "", "The trained f32 weights against the shipped int8 ones, the same prompts (8 random demos) on slices of the training files that no training saw.", "",
            "| set | n | f32 right | int8 right | answers that differ |", "|---|---|---|---|---|",
            *[f"| {task} | {t['n']} | {100 * t['full'] / t['n']:.1f} % | {100 * t['int8'] / t['n']:.1f} % | {t['otherAnswer']} |" for task, t in tasks.items()], ""]


def cards():
    """Rewrites the cards, and their hash in the manifests."""
    for name in TWINS:
        folder = data.ROOT / "public" / "models" / name
        (folder / "README.md").write_text(card(name), encoding="utf-8")
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["files"]["README.md"] = {"bytes": (folder / "README.md").stat().st_size, "sha256": export.sha256(folder / "README.md")}
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
