"""A Llama-family decoder in plain torch, the same computation as Hugging Face's LlamaForCausalLM.

RMSNorm, rotary positions (rotate-half convention), causal attention, SwiGLU, no biases, tied embeddings.
Vocabulary logits are computed only at the positions that are asked for.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Config:
    """Shape of the model; the names are those of Hugging Face's config.json."""

    def __init__(self, vocab_size, hidden_size=256, num_hidden_layers=6, num_attention_heads=4,
                 intermediate_size=640, rope_theta=100000.0, rms_norm_eps=1e-5, **_):
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.rope_theta = rope_theta
        self.rms_norm_eps = rms_norm_eps
        self.head_dim = hidden_size // num_attention_heads


def rms_norm(x, weight, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        h, f = c.hidden_size, c.intermediate_size
        self.c = c
        self.input_layernorm = nn.Parameter(torch.ones(h))
        self.post_attention_layernorm = nn.Parameter(torch.ones(h))
        self.qkv_proj = nn.Parameter(torch.empty(3 * h, h))
        self.o_proj = nn.Parameter(torch.empty(h, h))
        self.gate_up_proj = nn.Parameter(torch.empty(2 * f, h))
        self.down_proj = nn.Parameter(torch.empty(h, f))

    def forward(self, x, cos, sin, mask, dtype, keep=(1.0, 1.0, 1.0)):
        """keep: factors on what attention writes, on the FFN's inner features and on what the FFN writes; [B, 1, width] or 1."""
        c = self.c
        B, T, H = x.shape
        n, d = c.num_attention_heads, c.head_dim
        y = rms_norm(x, self.input_layernorm, c.rms_norm_eps).to(dtype)
        qkv = F.linear(y, self.qkv_proj.to(dtype)).view(B, T, 3, n, d).permute(2, 0, 3, 1, 4)
        qk, v = qkv[:2], qkv[2]
        half = d // 2
        turned = torch.cat((-qk[..., half:], qk[..., :half]), -1)
        q, k = (qk * cos + turned * sin).unbind(0)
        if x.is_cuda:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = torch.matmul(q * d ** -0.5, k.transpose(-1, -2)) + mask
            mixed = torch.matmul(torch.softmax(scores, -1), v)
        mixed = mixed.transpose(1, 2).reshape(B, T, H)
        x = x + F.linear(mixed, self.o_proj.to(dtype)).to(x.dtype) * keep[0]
        y = rms_norm(x, self.post_attention_layernorm, c.rms_norm_eps).to(dtype)
        gate, up = F.linear(y, self.gate_up_proj.to(dtype)).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up * keep[1], self.down_proj.to(dtype)).to(x.dtype) * keep[2]


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Parameter(torch.empty(config.vocab_size, config.hidden_size))
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))
        self.norm = nn.Parameter(torch.ones(config.hidden_size))
        self._tables = {}

    def initialise(self, generator, scale=0.02):
        """Small random weights; the constructed start overwrites some of them."""
        depth = (2 * self.config.num_hidden_layers) ** -0.5
        for name, p in self.named_parameters():
            if p.dim() == 2:
                std = scale * (depth if name.endswith(("o_proj", "down_proj")) else 1.0)
                p.data = torch.randn(p.shape, generator=generator) * std

    def tables(self, T, dtype):
        if (T, dtype) not in self._tables:
            c = self.config
            inv = c.rope_theta ** (-torch.arange(0, c.head_dim, 2).float() / c.head_dim)
            angle = torch.arange(T).float()[:, None] * inv[None]
            angle = torch.cat((angle, angle), -1)
            mask = torch.full((T, T), -1e9).triu(1)
            dev = self.norm.device
            self._tables[T, dtype] = tuple(t.to(dev, dtype) for t in (angle.cos(), angle.sin(), mask))
        return self._tables[T, dtype]

    def dropout(self, rates, dtype):
        """Factors for one layer: whole features are dropped, the same ones along a row; rates are per row [B]."""
        c = self.config
        out = []
        for width, kind in ((c.hidden_size, torch.float32), (c.intermediate_size, dtype), (c.hidden_size, torch.float32)):
            stay = 1 - rates[:, None, None]
            out.append((torch.rand(len(rates), 1, width, device=rates.device) < stay).to(kind) / stay.to(kind))
        return out

    def hidden(self, ids, dtype=torch.float32, upto=None, dropout=None):
        """Residual stream after `upto` layers (all of them, and the final norm, by default); dropout: rate per row [B], for training."""
        x = F.embedding(ids, self.embed_tokens)
        cos, sin, mask = self.tables(ids.shape[1], dtype)
        for layer in self.layers[:upto]:
            x = layer(x, cos, sin, mask, dtype, *([self.dropout(dropout, dtype)] if dropout is not None else []))
        return x if upto is not None else rms_norm(x, self.norm, self.config.rms_norm_eps)

    def logits(self, hidden, dtype=torch.float32):
        return F.linear(hidden.to(dtype), self.embed_tokens.to(dtype)).float()
