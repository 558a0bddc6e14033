#!/usr/bin/python3
"""Trains the networks of `vfl bench train` in PyTorch, in turns with it, and prints ratios: above 1 means that VerticalFL is faster.

    apt-get install python3-torch libopenblas0-pthread
    dotnet build -c Release src/VerticalFL.Cli
    /usr/bin/python3 tests/VerticalFL.Benchmarks/pytorch.py [--rounds 5] [--vfl PATH/vfl.dll]

Two comparisons for each network, medians of the rounds and, since other load only ever slows, the fastest rounds of each side:
  bottom      one party's bottom model alone, on one thread: forward, backward with a given gradient at the cut, Adam
  federation  a step of three parties over loopback TLS, against the same network of three bottoms, sum, top and loss in one process;
              PyTorch on as many threads as it is fastest with, of one and all
PyTorch needs an optimised BLAS to be a fair opponent; the first line says which one it uses, and which of its kernels: an OpenBLAS that does not know
the processor falls back to those of 2004, three times slower, so the best that the processor has are asked for unless OPENBLAS_CORETYPE is set.
"""
import argparse
import ctypes
import json
import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NETWORKS = [
    {"features": 1000, "hidden": 256, "cut": 64, "batch": 256, "steps": 100},
    {"features": 50, "hidden": 64, "cut": 32, "batch": 256, "steps": 1000},
]
PARTIES = 3
ROWS = 4096

def processor_has(flag):
    try:
        with open("/proc/cpuinfo", encoding="ascii") as info:
            return any(line.startswith("flags") and flag in line.split() for line in info)
    except OSError:
        return False


# Read by OpenBLAS when it is loaded, so before PyTorch is.
if processor_has("avx512f"):
    os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")
elif processor_has("avx2"):
    os.environ.setdefault("OPENBLAS_CORETYPE", "HASWELL")

try:
    import torch
except ImportError:
    print("PyTorch is absent (Debian: apt-get install python3-torch libopenblas0-pthread); there is nothing to compare with.")
    sys.exit(0)


def blas_kernels():
    try:
        library = ctypes.CDLL("libopenblas.so.0")
        library.openblas_get_corename.restype = ctypes.c_char_p
        return library.openblas_get_corename().decode()
    except (OSError, AttributeError):
        return "unknown"


def make_bottom(network):
    return torch.nn.Sequential(
        torch.nn.Linear(network["features"], network["hidden"]),
        torch.nn.ReLU(),
        torch.nn.Linear(network["hidden"], network["cut"], bias=False))


class Bottom:
    """One bottom model with its optimiser."""

    def __init__(self, network):
        torch.manual_seed(1)
        self.network = network
        self.table = torch.rand(ROWS, network["features"]) * 2 - 1
        self.order = torch.randperm(ROWS)
        self.model = make_bottom(network)
        self.optimizer = torch.optim.Adam(self.model.parameters())
        self.gradient = torch.full((network["batch"], network["cut"]), 0.001)

    def step(self, i):
        batch = self.network["batch"]
        at = i * batch % ROWS
        cut = self.model(self.table[self.order[at:at + batch]])
        self.optimizer.zero_grad(set_to_none=True)
        cut.backward(self.gradient)
        self.optimizer.step()


class Federation:
    """All parties' bottoms, the sum, the top and the loss in one place."""

    def __init__(self, network):
        torch.manual_seed(1)
        self.network = network
        self.tables = [torch.rand(ROWS, network["features"]) * 2 - 1 for _ in range(PARTIES)]
        self.labels = (sum(t[:, 0] for t in self.tables) > 0).float()
        self.order = torch.randperm(ROWS)
        self.bottoms = torch.nn.ModuleList([make_bottom(network) for _ in range(PARTIES)])
        self.bias = torch.nn.Parameter(torch.zeros(network["cut"]))
        self.top = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Linear(network["cut"], 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
        self.optimizer = torch.optim.Adam([*self.bottoms.parameters(), self.bias, *self.top.parameters()])
        self.loss = torch.nn.BCEWithLogitsLoss()

    def step(self, i):
        batch = self.network["batch"]
        at = i * batch % ROWS
        rows = self.order[at:at + batch]
        total = sum(bottom(table[rows]) for bottom, table in zip(self.bottoms, self.tables)) + self.bias
        loss = self.loss(self.top(total).squeeze(1), self.labels[rows])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()


def milliseconds(trained, steps):
    for i in range(max(5, steps // 10)):
        trained.step(i)
    start = time.perf_counter()
    for i in range(steps):
        trained.step(i)
    return (time.perf_counter() - start) / steps * 1000


def on_threads(threads, trained, steps):
    torch.set_num_threads(threads)
    return milliseconds(trained, steps)


def vfl(path, network):
    options = [part for name, value in network.items() for part in (f"--{name}", str(value))]
    run = subprocess.run(
        ["dotnet", path, "bench", "train", "--parties", str(PARTIES), "--repeat", "3", "--json", *options], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def compare(path, network, rounds):
    processors = len(os.sched_getaffinity(0))
    bottom, federation = Bottom(network), Federation(network)
    steps = network["steps"]
    times = {name: [] for name in ("bottom", "torchBottom", "federation", "torchOne", "torchAll", "maskSharePercent")}
    for _ in range(rounds):
        ours = vfl(path, network)
        times["bottom"].append(ours["bottomMilliseconds"])
        times["federation"].append(ours["stepMilliseconds"])
        times["maskSharePercent"].append(ours["maskSharePercent"])
        times["torchBottom"].append(on_threads(1, bottom, steps))
        times["torchOne"].append(on_threads(1, federation, steps))
        times["torchAll"].append(on_threads(processors, federation, steps) if processors > 1 else times["torchOne"][-1])

    median = {name: statistics.median(values) for name, values in times.items()}
    fastest = {name: min(values) for name, values in times.items()}
    name = "-".join(str(network[k]) for k in ("features", "hidden", "cut"))
    print(f"{name}, batch {network['batch']}: {rounds} rounds, milliseconds a step")
    for what, of in (("median", median), ("fastest", fastest)):
        print(f"  {what:<8} bottom     {of['bottom']:8.3f}  PyTorch {of['torchBottom']:8.3f}  ratio {bottom_ratio(of):5.2f}")
        print(f"  {what:<8} federation {of['federation']:8.3f}  PyTorch {of['torchOne']:8.3f} on one thread, {of['torchAll']:.3f} on {processors}"
              f"  ratio {federation_ratio(of):5.2f}")
    print(f"  masks take {median['maskSharePercent']:.2f} % of the federation's processor time")
    for key, values in times.items():
        print(f"    {key:<17}" + " ".join(f"{v:.3f}" for v in values))
    return {
        "network": name,
        "bottomRatio": bottom_ratio(median),
        "federationRatio": federation_ratio(median),
        "bottomRatioOfFastest": bottom_ratio(fastest),
        "federationRatioOfFastest": federation_ratio(fastest),
    }


def bottom_ratio(times):
    return round(times["torchBottom"] / times["bottom"], 2)


def federation_ratio(times):
    return round(min(times["torchOne"], times["torchAll"]) / times["federation"], 2)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--vfl", default=os.path.join(ROOT, "src/VerticalFL.Cli/bin/Release/net10.0/vfl.dll"))
    chosen = arguments.parse_args()
    blas = os.path.realpath("/usr/lib/x86_64-linux-gnu/libblas.so.3")
    print(f"PyTorch {torch.__version__}, libblas: {blas}, kernels: {blas_kernels()}")
    print(json.dumps([compare(chosen.vfl, network, chosen.rounds) for network in NETWORKS]))


if __name__ == "__main__":
    main()
