#!/usr/bin/env python3
"""Writes metrics.json: every measure of the report, computed from its definition by brute force over all pairs or rows.

    python3 metrics.py > metrics.json
"""
import json
import math
import random
import struct

random.seed(20)


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def auc(s, y):
    p = [a for a, b in zip(s, y) if b]
    n = [a for a, b in zip(s, y) if not b]
    if not p or not n:
        return None
    return sum((a > b) + 0.5 * (a == b) for a in p for b in n) / (len(p) * len(n))


def average_precision(s, y):
    if not any(y):
        return None
    total, before = 0.0, 0.0
    for t in sorted(set(s), reverse=True):
        above = [b for a, b in zip(s, y) if a >= t]
        recall = sum(above) / sum(y)
        total += (recall - before) * sum(above) / len(above)
        before = recall
    return total


def root(f, low, high):
    """Where a falling function is zero, by bisection."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def calibration_line(p, y):
    """Intercept and slope at which both score equations of the logistic regression on the logits hold."""
    eps = 2.0 ** -23
    x = [math.log(v / (1 - v)) for v in (min(1 - eps, max(eps, v)) for v in p)]
    if not any(y) or all(y) or len(set(x)) == 1:
        return None

    def probability(z):
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0

    def intercept(b):
        return root(lambda a: sum(t - probability(a + b * v) for v, t in zip(x, y)), -400, 400)

    def slope_score(b):
        a = intercept(b)
        return sum(v * (t - probability(a + b * v)) for v, t in zip(x, y))

    b = root(slope_score, -20, 20)
    return [intercept(b), b] if abs(b) < 19 else None  # the predictions separate the outcomes


def f1(pred, true, c):
    tp = sum(p == c and t == c for p, t in zip(pred, true))
    fp = sum(p == c and t != c for p, t in zip(pred, true))
    fn = sum(p != c and t == c for p, t in zip(pred, true))
    return 0.0 if tp == 0 else 2 * tp / (2 * tp + fp + fn)


def classes(pred, true, k):
    present = sorted(set(pred) | set(true))
    return {
        "accuracy": sum(p == t for p, t in zip(pred, true)) / len(true),
        "f1PerClass": [f1(pred, true, c) for c in range(k)],
        "f1Macro": sum(f1(pred, true, c) for c in present) / len(present),
        "f1Weighted": sum(f1(pred, true, t) for t in true) / len(true),
    }


def binary(n, levels, rate):
    y = [random.random() < rate for _ in range(n)]
    p = [f32(min(1.0, max(0.0, round((0.3 * t + 0.7 * random.random()) * levels) / levels))) for t in y]
    pred = [int(v >= 0.5) for v in p]
    eps = 2.0 ** -23
    bins = []
    for b in range(10):
        rows = [i for i in range(n) if min(9, int(p[i] * 10)) == b]
        if rows:
            bins.append([len(rows), sum(p[i] for i in rows) / len(rows), sum(y[i] for i in rows) / len(rows)])
    roc = [[0.0, 0.0]] + [[sum(v >= t and not b for v, b in zip(p, y)) / max(1, n - sum(y)), sum(v >= t and b for v, b in zip(p, y)) / max(1, sum(y))]
                          for t in sorted(set(p), reverse=True)]
    return {"probabilities": p, "labels": [int(v) for v in y], "auc": auc(p, y),
            "averagePrecision": average_precision(p, y), "calibrationLine": calibration_line(p, y), "roc": roc if 0 < sum(y) < n else [],
            "f1": f1(pred, [int(v) for v in y], 1), **classes(pred, [int(v) for v in y], 2),
            "logLoss": -sum(math.log(max(eps, f32(v if b else 1 - v))) for v, b in zip(p, y)) / n,
            "brier": sum((v - b) ** 2 for v, b in zip(p, y)) / n, "calibration": bins}


def multiclass(n, k):
    y = [random.randrange(k) for _ in range(n)]
    rows = []
    for t in y:
        w = [random.random() + (0.4 if c == t else 0) for c in range(k)]
        rows.append([f32(v / sum(w)) for v in w])
    pred = [max(range(k), key=lambda c: (r[c], -c)) for r in rows]
    return {"classes": k, "probabilities": rows, "labels": y, **classes(pred, y, k),
            "auc": sum(auc([r[c] for r in rows], [t == c for t in y]) for c in range(k)) / k,
            "logLoss": -sum(math.log(r[t]) for r, t in zip(rows, y)) / n}


def regression(n):
    y = [f32(random.gauss(3, 2)) for _ in range(n)]
    p = [f32(v + random.gauss(0, 1)) for v in y]
    m = sum(y) / n
    return {"predicted": p, "values": y, "r2": 1 - sum((a - b) ** 2 for a, b in zip(p, y)) / sum((v - m) ** 2 for v in y),
            "mae": sum(abs(a - b) for a, b in zip(p, y)) / n, "rmse": math.sqrt(sum((a - b) ** 2 for a, b in zip(p, y)) / n)}


def integrated_brier(train, test):
    """Graf's score at the middle of every interval between two times at which anything changes, each term from its definition."""
    t, e, r = train
    tau = max(a for a, b in zip(t, e) if b)

    def uncensored(u, inclusive):
        g = 1.0
        for s in sorted({a for a, b in zip(t, e) if not b and (a <= u if inclusive else a < u)}):
            gone = sum(a == s and not b for a, b in zip(t, e))
            g *= 1 - gone / sum(a > s or (a == s and not b) for a, b in zip(t, e))
        return g

    def hazard(u):
        return sum(1 / sum(math.exp(c) for a, c in zip(t, r) if a >= s) for s, b in zip(t, e) if b and s <= u)

    marks = sorted({0.0, tau} | {u for u in t + test[0] if u < tau})
    total = 0.0
    for low, high in zip(marks, marks[1:]):
        u = (low + high) / 2
        h, g = hazard(u), uncensored(u, True)
        for a, b, c in zip(*test):
            s = math.exp(-h * math.exp(c))
            total += (high - low) * ((1 - s) ** 2 / g if a > u else s * s / uncensored(a, False) if b else 0.0)
    return total / tau / len(test[0])


def survival(n, time_levels, risk_levels):
    t = [float(random.randint(1, time_levels)) for _ in range(n)]
    e = [random.random() < 0.6 for _ in range(n)]
    r = [float(random.randint(0, risk_levels)) - v / 8 * (risk_levels > 3) for v in t]
    r = [f32(round(v)) for v in r]
    pairs = right = 0.0
    for i in range(n):
        for j in range(n):
            if e[i] and (t[i] < t[j] or (t[i] == t[j] and not e[j])):
                pairs += 1
                right += (r[i] > r[j]) + 0.5 * (r[i] == r[j])
    s, km = 1.0, [[0.0, 1.0, n]]
    for u in sorted(set(t)):
        d = sum(a == u and b for a, b in zip(t, e))
        risk = sum(a >= u for a in t)
        if d:
            s *= 1 - d / risk
            km.append([u, s, risk])
    return {"times": t, "events": [int(v) for v in e], "risks": r, "cIndex": right / pairs if pairs else None, "kaplanMeier": km}


def brier(n, time_levels, censored):
    def rows():
        r = [f32(random.gauss(0, 1)) for _ in range(n)]
        t = [max(1.0, float(math.ceil(random.expovariate(math.exp(v)) * time_levels))) for v in r]
        return t, [random.random() >= censored for _ in t], r

    train, test = rows(), rows()
    sides = [{"times": t, "events": [int(v) for v in e], "risks": r} for t, e, r in (train, test)]
    return {"train": sides[0], "test": sides[1], "integratedBrier": integrated_brier(train, test)}


print(json.dumps({
    "generator": "metrics.py",
    "binary": [binary(60, 1000000, 0.3), binary(80, 10, 0.5), binary(25, 2, 0.4), binary(12, 5, 0.0)],
    "multiclass": [multiclass(50, 3), multiclass(40, 5)],
    "regression": [regression(40)],
    "survival": [survival(60, 10 ** 6, 10 ** 6), survival(80, 12, 9), survival(40, 5, 2)],
    "brier": [brier(40, 1000, 0.4), brier(50, 6, 0.3), brier(25, 30, 0.0), brier(30, 3, 0.8)],
}, indent=None, separators=(",", ":")))
