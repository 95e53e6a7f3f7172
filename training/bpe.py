"""Byte-level BPE: trainer, encoder, and the Hugging Face tokenizer.json that says the same."""

import heapq
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict

SPECIALS = ["<pad>", "<bos>", "<eos>"]
PAD, BOS, EOS = 0, 1, 2

# The pre-tokeniser, as tokenizer.json has it: every line break run, word (with the space before it), single digit
# and punctuation run is a piece of its own, so that pieces of a prompt can be encoded apart and joined.
PATTERN = (r"'(?:[sdmt]|ll|ve|re)|\n+| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|[^\S\n]+(?!\S)|[^\S\n]+")


def _char_class(first_letter):
    """The ranges of Unicode's general category L or N, for `re`, which has no \\p{..}."""
    ranges, start, last = [], None, None
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code))[0] == first_letter:
            if start is None:
                start = code
            last = code
        elif start is not None:
            ranges.append(f"\\U{start:08x}-\\U{last:08x}")
            start = None
    return "".join(ranges)


def compile_pattern():
    space = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
    letter, number = _char_class("L"), _char_class("N")
    blank = space.replace("\\n", "")
    return re.compile(rf"'(?:[sdmt]|ll|ve|re)|\n+| ?[{letter}]+| ?[{number}]| ?[^{space}{letter}{number}]+"
                      rf"|[{blank}]+(?![^{space}])|[{blank}]+")


def byte_alphabet():
    """GPT-2's printable stand-ins for the 256 bytes."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {b: chr(b) for b in keep}, 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return table


def normalise(text):
    return unicodedata.normalize("NFC", text).lower()


class Tokenizer:
    def __init__(self, vocab, merges):
        self.vocab, self.merges = vocab, merges
        self.ranks = {tuple(m): i for i, m in enumerate(merges)}
        self.pattern = compile_pattern()
        self.bytes = byte_alphabet()
        self.unbytes = {c: b for b, c in self.bytes.items()}
        self.tokens = {i: t for t, i in vocab.items()}
        self.cache = {}

    def pieces(self, text):
        return self.pattern.findall(normalise(text))

    def encode_piece(self, piece):
        ids = self.cache.get(piece)
        if ids is None:
            parts = [self.bytes[b] for b in piece.encode("utf-8")]
            while len(parts) > 1:
                rank, at = min((self.ranks.get((a, b), 1 << 30), i) for i, (a, b) in enumerate(zip(parts, parts[1:])))
                if rank == 1 << 30:
                    break
                a, b = parts[at], parts[at + 1]
                out, i = [], 0
                while i < len(parts):
                    if i + 1 < len(parts) and parts[i] == a and parts[i + 1] == b:
                        out.append(a + b)
                        i += 2
                    else:
                        out.append(parts[i])
                        i += 1
                parts = out
            ids = self.cache[piece] = [self.vocab[p] for p in parts]
        return ids

    def encode(self, text):
        """Token ids without <bos>."""
        return [i for piece in self.pieces(text) for i in self.encode_piece(piece)]

    def decode(self, ids):
        joined = "".join(self.tokens[i] for i in ids if i >= len(SPECIALS))
        return bytes(self.unbytes[c] for c in joined).decode("utf-8", "replace")


def train(texts, vocab_size, boosted=(), min_count=2, log=print):
    """Learn merges from texts; `boosted` words get extra weight, so that label words become single tokens."""
    pattern, alphabet = compile_pattern(), byte_alphabet()
    counts = Counter()
    for text in texts:
        counts.update(pattern.findall(normalise(text)))
    for piece, extra in boosted:
        counts[normalise(piece)] += extra
    words = [([alphabet[b] for b in w.encode()], n) for w, n in counts.items() if n >= min_count]
    log(f"bpe: {len(words)} distinct pieces, {sum(n for _, n in words)} in all")
    pairs, where = Counter(), defaultdict(set)
    for i, (parts, n) in enumerate(words):
        for pair in zip(parts, parts[1:]):
            pairs[pair] += n
            where[pair].add(i)
    vocab = {t: i for i, t in enumerate(SPECIALS)}
    for b in sorted(alphabet):
        vocab[alphabet[b]] = len(vocab)
    heap = [(-n, pair) for pair, n in pairs.items()]
    heapq.heapify(heap)
    merges = []
    while len(vocab) < vocab_size and heap:
        n, pair = heapq.heappop(heap)
        if pairs[pair] != -n or not n:
            if pairs[pair] > 0 and pairs[pair] != -n:
                heapq.heappush(heap, (-pairs[pair], pair))
            continue
        merged = pair[0] + pair[1]
        merges.append(list(pair))
        vocab.setdefault(merged, len(vocab))
        touched = set()
        for i in where.pop(pair):
            parts, count = words[i]
            for p in zip(parts, parts[1:]):
                pairs[p] -= count
                touched.add(p)
            out, j = [], 0
            while j < len(parts):
                if j + 1 < len(parts) and parts[j] == pair[0] and parts[j + 1] == pair[1]:
                    out.append(merged)
                    j += 2
                else:
                    out.append(parts[j])
                    j += 1
            words[i] = (out, count)
            for p in zip(out, out[1:]):
                pairs[p] += count
                where[p].add(i)
                touched.add(p)
        for p in touched:
            if pairs[p] > 0:
                heapq.heappush(heap, (-pairs[p], p))
    return Tokenizer(vocab, merges)


def to_json(tok):
    """The Hugging Face tokenizer.json; <bos> is put in front by the post-processor."""
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True} for i, t in enumerate(SPECIALS)],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}]},
        "post_processor": {"type": "TemplateProcessing",
                           "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}},
                                      {"Sequence": {"id": "A", "type_id": 0}}],
                           "pair": [{"SpecialToken": {"id": "<bos>", "type_id": 0}},
                                    {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                           "special_tokens": {"<bos>": {"id": "<bos>", "ids": [BOS], "tokens": ["<bos>"]}}},
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
                  "vocab": tok.vocab, "merges": [" ".join(m) for m in tok.merges]},
    }


def tokenizer_config():
    return {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<bos>", "eos_token": "<eos>",
            "pad_token": "<pad>", "add_bos_token": True, "add_eos_token": False, "model_max_length": 2048,
            "clean_up_tokenization_spaces": False}


def load(path):
    data = json.load(open(path, encoding="utf-8"))["model"]
    return Tokenizer(data["vocab"], [m.split(" ") if isinstance(m, str) else m for m in data["merges"]])
