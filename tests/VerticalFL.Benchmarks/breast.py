#!/usr/bin/python3
"""Runs the case that FATE 2.2 publishes for its encrypted split network: 569 rows of the Wisconsin breast cancer data in parts of 10 and 20 columns, batches
of 256, three epochs. FATE says 58.5 s of training and an AUC of 0.971 on the training rows.

    apt-get install python3-sklearn        (the data are in it)
    dotnet build -c Release src/VerticalFL.Cli
    /usr/bin/python3 tests/VerticalFL.Benchmarks/breast.py [--rounds 5] [--vfl PATH/vfl.dll]

The 20 columns of the other side are two parties' here, 10 each: a sum over one party would hide nothing from the label party. One row in ten is for testing,
for a study must have such; the AUC told is that of the other 512, as FATE's is of its training rows. Every round is a run of its own, with processes, keys,
alignment and TLS, and another seed.
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = {"hospital": range(0, 10), "lab": range(10, 20), "pharmacy": range(20, 30)}
LABEL = 30
STUDY = {
    "name": "breast",
    "labelParty": "hospital",
    "featureParties": ["lab", "pharmacy"],
    "task": {"kind": "binary", "split": "split"},
    "labels": {"disclosedTo": ["lab", "pharmacy"]},
    "training": {"epochs": 3, "batch": 256, "optimizer": {"kind": "adamw", "learningRate": 0.03}, "earlyStopping": {"validation": 0}},
}


def read_rows():
    try:
        import sklearn.datasets
    except ImportError:
        print("scikit-learn is absent (Debian: apt-get install python3-sklearn); the data are in it.")
        sys.exit(0)
    path = os.path.join(os.path.dirname(sklearn.datasets.__file__), "data", "breast_cancer.csv")
    with open(path, newline="") as file:
        return list(csv.reader(file))[1:]


def write_parts(rows, folder):
    for party, columns in PARTS.items():
        with open(os.path.join(folder, party + ".csv"), "w", newline="") as file:
            out = csv.writer(file)
            last = ["label", "split"] if party == "hospital" else []
            out.writerow(["patient_id", *(f"x{c}" for c in columns), *last])
            for i, row in enumerate(rows):
                out.writerow([f"p{i:04}", *(row[c] for c in columns), *([row[LABEL], "train" if i % 10 else "test"] if last else [])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vfl", default=os.path.join(ROOT, "src/VerticalFL.Cli/bin/Release/net10.0/vfl.dll"))
    options = parser.parse_args()
    seconds, aucs = [], []
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = os.path.join(scratch, "breast"), os.path.join(scratch, "out")
        os.mkdir(folder)
        write_parts(read_rows(), folder)
        for seed in range(1, options.rounds + 1):
            with open(os.path.join(folder, "study.json"), "w") as file:
                json.dump({**STUDY, "seed": seed}, file)
            run = subprocess.run(["dotnet", options.vfl, "simulate", folder, "--out", out, "--force"], capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"vfl simulate ended with {run.returncode}:\n{run.stdout}{run.stderr}")
            with open(os.path.join(out, "report.json")) as file:
                report = json.load(file)
            seconds.append(report["training"]["seconds"])
            aucs.append(report["metrics"]["train"]["auc"])
            print(f"seed {seed}: {seconds[-1]:.2f} s of training, AUC {aucs[-1]:.4f} on the training rows", flush=True)
    print(f"median {statistics.median(seconds):.2f} s, {58.5 / statistics.median(seconds):.0f} times as fast as FATE's 58.5 s; "
          f"AUC {statistics.median(aucs):.4f} against 0.971")


if __name__ == "__main__":
    main()
