#!/usr/bin/env python3
"""Reference figures of test/core/metrics/reference.test.ts, by SciPy and statsmodels.

    python3 scripts/reference-statistics.py > test/fixtures/statistics.json

Needs scipy and statsmodels (Debian: python3-scipy python3-statsmodels).
"""
import json

import numpy as np
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20240817)
LABELS, QUERIES, TRIALS, RESAMPLES = 3, 60, 3, 20_000


def distributions(gold, skill):
    logits = rng.normal(size=(len(gold), LABELS))
    logits[np.arange(len(gold)), gold] += skill
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    p = np.round(p, 4)
    p[:, -1] = np.round(1 - p[:, :-1].sum(axis=1), 4)
    return p


def macro_f1(gold, predicted):
    scores = []
    for label in range(LABELS):
        if not np.any(gold == label):
            continue
        right = np.sum((gold == label) & (predicted == label))
        scores.append(2 * right / (np.sum(gold == label) + np.sum(predicted == label)))
    return float(np.mean(scores))


def ece_width(p, gold, bins=10):
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == gold
    # binned_statistic closes bins on the left; mirroring closes them on the right.
    at = stats.binned_statistic(-confidence, correct, bins=np.linspace(-1, 0, bins + 1)).binnumber
    return float(
        sum(
            abs(correct[at == b].mean() - confidence[at == b].mean()) * np.mean(at == b)
            for b in range(1, bins + 1)
            if np.any(at == b)
        )
    )


def ece_mass(p, gold, bins=10):
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == gold
    order = np.argsort(confidence, kind="stable")
    return float(
        sum(
            abs(correct[part].mean() - confidence[part].mean()) * len(part) / len(gold)
            for part in np.array_split(order, bins)
        )
    )


def brier(p, gold):
    return float(np.mean(((p - np.eye(LABELS)[gold]) ** 2).sum(axis=1)))


def nll(p, gold):
    return float(np.mean(-np.log(p[np.arange(len(gold)), gold])))


FIGURES = {
    "accuracy": lambda p, gold: float(np.mean(p.argmax(axis=1) == gold)),
    "macroF1": lambda p, gold: macro_f1(gold, p.argmax(axis=1)),
    "ece": ece_width,
    "eceMass": ece_mass,
    "brier": brier,
    "nll": nll,
}


def percentile(statistic, n):
    """scipy's bootstrap over items; they are named by index, so that all of an item is drawn together."""
    found = stats.bootstrap(
        (np.arange(n),),
        lambda index: statistic(index.astype(int)),
        n_resamples=RESAMPLES,
        vectorized=False,
        method="percentile",
        random_state=rng,
    ).confidence_interval
    return [float(found.low), float(found.high)]


def two_level(right_a, right_b):
    """Difference of two accuracies over queries x trials, both drawn; shapes [QUERIES, TRIALS]."""
    gain = right_b.astype(float) - right_a
    queries = rng.integers(QUERIES, size=(RESAMPLES, QUERIES))
    trials = rng.integers(TRIALS, size=(RESAMPLES, TRIALS))
    means = [gain[np.ix_(q, t)].mean() for q, t in zip(queries, trials)]
    return [float(x) for x in np.percentile(means, [2.5, 97.5])]


def detectable(n, discordant):
    z_a, z_b = stats.norm.ppf(0.975), stats.norm.ppf(0.8)

    def missing(gap):
        return n * gap**2 - (z_a * np.sqrt(discordant) + z_b * np.sqrt(max(0, discordant - gap**2))) ** 2

    return float(optimize.brentq(missing, 1e-9, discordant, xtol=1e-14)) if missing(discordant) >= 0 else None


def mid_p(b, c):
    """Twice the one-sided mid-p: what is more extreme, and half of what was seen."""
    n, smaller = b + c, min(b, c)
    return float(2 * (stats.binom.cdf(smaller - 1, n, 0.5) + 0.5 * stats.binom.pmf(smaller, n, 0.5)))


gold = rng.integers(LABELS, size=QUERIES)
arms = {"a": [distributions(gold, 0.9) for _ in range(TRIALS)], "b": [distributions(gold, 1.5) for _ in range(TRIALS)]}
p_a, p_b = arms["a"][0], arms["b"][0]
answer_a, answer_b = p_a.argmax(axis=1), p_b.argmax(axis=1)
right = {name: np.stack([p.argmax(axis=1) == gold for p in trials], axis=1) for name, trials in arms.items()}

tables = [(1, 8), (5, 15), (0, 6), (12, 30), (10, 10), (40, 61), (300, 371)]
p_values = [float(mcnemar([[0, b], [c, 0]], exact=True).pvalue) for b, c in tables]
confusion = np.zeros((LABELS, LABELS))
for x, y in zip(answer_a, answer_b):
    confusion[x, y] += 1

print(
    json.dumps(
        {
            "gold": gold.tolist(),
            "arms": {name: [p.tolist() for p in trials] for name, trials in arms.items()},
            "wilson": [
                {"k": k, "n": n, "interval": [float(x) for x in proportion_confint(k, n, method="wilson")]}
                for k, n in [(0, 10), (8, 10), (45, 50), (59, 120), (547, 1221)]
            ],
            "mcnemar": [
                {"b": b, "c": c, "p": p, "midP": mid_p(b, c)}
                for (b, c), p in zip(tables, p_values)
            ],
            "holm": {"p": p_values, "adjusted": multipletests(p_values, method="holm")[1].tolist()},
            "figures": {name: of(p_a, gold) for name, of in FIGURES.items()},
            "intervals": {
                name: percentile(lambda index, of=of: of(p_a[index], gold[index]), QUERIES)
                for name, of in FIGURES.items()
            },
            "difference": percentile(lambda index: np.mean((right["b"][:, 0].astype(float) - right["a"][:, 0])[index]), QUERIES),
            "twoLevelDifference": two_level(right["a"], right["b"]),
            "agreement": {
                "kappa": float(cohens_kappa(confusion).kappa),
                "flipRate": float(np.mean(answer_a != answer_b)),
            },
            "power": [
                {"n": n, "discordant": d, "gap": detectable(n, d)}
                for n, d in [(120, 0.25), (120, 0.4), (100, 0.2), (400, 0.1), (10, 0.3), (1221, 0.33)]
            ],
        },
        indent=1,
    )
)
