"""int8 weights in the compressed-tensors convention, config, tokenizer and manifest; and reading them back as f32."""

import hashlib
import json
import os
import shutil
import struct

import numpy as np
import torch

import bpe
import data
from model import Config, Model

PROJECTIONS = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")


def named_weights(model):
    """Weights under Hugging Face's names."""
    yield "model.embed_tokens.weight", model.embed_tokens
    for n, block in enumerate(model.layers):
        at = f"model.layers.{n}."
        for name, w in zip(PROJECTIONS, block.qkv_proj.chunk(3)):
            yield f"{at}{name}.weight", w
        yield at + "self_attn.o_proj.weight", block.o_proj
        gate, up = block.gate_up_proj.chunk(2)
        yield at + "mlp.gate_proj.weight", gate
        yield at + "mlp.up_proj.weight", up
        yield at + "mlp.down_proj.weight", block.down_proj
        yield at + "input_layernorm.weight", block.input_layernorm
        yield at + "post_attention_layernorm.weight", block.post_attention_layernorm
    yield "model.norm.weight", model.norm


def quantise(w):
    """Symmetric int8 per row: w ~ q * scale."""
    w = w.detach().float().cpu()
    scale = (w.abs().amax(1, keepdim=True) / 127).clamp(min=1e-12)
    return (w / scale).round().clamp(-127, 127).to(torch.int8), scale


def write_safetensors(path, tensors):
    kinds = {torch.int8: "I8", torch.float32: "F32"}
    header, at, blobs = {"__metadata__": {"format": "pt"}}, 0, []
    order = sorted(tensors, key=lambda k: (tensors[k].dtype != torch.float32, k))  # four-byte values first: aligned
    for name in order:
        t = tensors[name].contiguous()
        blob = t.numpy().tobytes()
        header[name] = {"dtype": kinds[t.dtype], "shape": list(t.shape), "data_offsets": [at, at + len(blob)]}
        at += len(blob)
        blobs.append(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for blob in blobs:
            f.write(blob)


def read_safetensors(path):
    raw = open(path, "rb").read()
    (n,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + n])
    kinds = {"I8": np.int8, "F32": np.float32}
    out = {}
    for name, info in header.items():
        if name != "__metadata__":
            a, b = info["data_offsets"]
            out[name] = torch.from_numpy(np.frombuffer(raw[8 + n + a:8 + n + b], kinds[info["dtype"]]).reshape(info["shape"]).copy())
    return out


def load_exported(folder):
    """The model with the dequantised f32 weights of the shipped files."""
    config = json.loads((folder / "config.json").read_text())
    tensors = read_safetensors(folder / "model.safetensors")
    model = Model(Config(**config))

    def weight(name):
        w = tensors[name]
        return w.float() * tensors[name + "_scale"] if w.dtype == torch.int8 else w

    model.embed_tokens.data = weight("model.embed_tokens.weight")
    model.norm.data = weight("model.norm.weight")
    for n, block in enumerate(model.layers):
        at = f"model.layers.{n}."
        block.qkv_proj.data = torch.cat([weight(f"{at}{p}.weight") for p in PROJECTIONS])
        block.o_proj.data = weight(at + "self_attn.o_proj.weight")
        block.gate_up_proj.data = torch.cat([weight(at + "mlp.gate_proj.weight"), weight(at + "mlp.up_proj.weight")])
        block.down_proj.data = weight(at + "mlp.down_proj.weight")
        block.input_layernorm.data = weight(at + "input_layernorm.weight")
        block.post_attention_layernorm.data = weight(at + "post_attention_layernorm.weight")
    return model.eval()


def hf_config(model):
    c = model.config
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": c.vocab_size, "hidden_size": c.hidden_size,
        "intermediate_size": c.intermediate_size, "num_hidden_layers": c.num_hidden_layers, "num_attention_heads": c.num_attention_heads,
        "num_key_value_heads": c.num_attention_heads, "head_dim": c.head_dim, "hidden_act": "silu", "rms_norm_eps": c.rms_norm_eps,
        "rope_theta": c.rope_theta, "rope_scaling": None, "max_position_embeddings": data.CONFIG["model"]["max_position_embeddings"],
        "attention_bias": False, "mlp_bias": False, "attention_dropout": 0.0, "tie_word_embeddings": True, "use_cache": True,
        "bos_token_id": bpe.BOS, "eos_token_id": bpe.EOS, "pad_token_id": bpe.PAD, "torch_dtype": "float32", "initializer_range": 0.02,
        "quantization_config": {
            "quant_method": "compressed-tensors", "format": "int-quantized", "quantization_status": "compressed", "ignore": [],
            "config_groups": {"group_0": {"targets": ["Linear", "Embedding"], "input_activations": None, "output_activations": None,
                                          "weights": {"num_bits": 8, "type": "int", "symmetric": True, "strategy": "channel", "dynamic": False}}}},
    }


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export(model, name, title, card, embed, trained_on, extra=None):
    """Writes public/models/NAME; each file appears whole, the manifest last."""
    target = data.ROOT / "public" / "models" / name
    scratch = data.WORK / f"export-{name}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    tensors, parameters = {}, 0
    for key, w in named_weights(model):
        parameters += w.numel()
        if w.dim() == 2:
            tensors[key], tensors[key + "_scale"] = quantise(w)
        else:
            tensors[key] = w.detach().float().cpu()
    for key, w in (extra or {}).items():
        tensors[key] = w
    write_safetensors(scratch / "model.safetensors", tensors)
    tok_json = json.loads((data.WORK / "tokenizer.json").read_text())
    (scratch / "tokenizer.json").write_text(json.dumps(tok_json, ensure_ascii=False, separators=(",", ":")))
    (scratch / "tokenizer_config.json").write_text(json.dumps(bpe.tokenizer_config(), indent=2) + "\n")
    (scratch / "config.json").write_text(json.dumps(hf_config(model), indent=2) + "\n")
    (scratch / "README.md").write_text(card)
    files = {p.name: {"bytes": p.stat().st_size, "sha256": sha256(p)} for p in sorted(scratch.iterdir())}
    manifest = {"id": name, "revision": data.CONFIG["revision"], "title": title, "files": files, "parameters": parameters,
                "trainedOn": trained_on, "license": "MIT", "embedLayer": embed["layer"], "embedPooling": embed["pooling"],
                "optional": ["README.md"]}
    (scratch / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    target.mkdir(parents=True, exist_ok=True)
    for p in sorted(scratch.iterdir(), key=lambda p: p.name == "manifest.json"):
        shutil.copy(p, target / (p.name + ".tmp"))
        os.replace(target / (p.name + ".tmp"), target / p.name)
    return target
