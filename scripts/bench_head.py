"""What `proofdeck bench` holds its heads against: the 11 M-parameter head in PyTorch, on the processor.

Arguments: threads. Commands on standard input, one a line: "forward n" and "step n" do that n times in a row and print the
milliseconds of each as a JSON list. The first line of the output tells the version of PyTorch and its library for matrices.
"""

import json
import re
import sys
import time

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

BATCH = 128
GROUP = 8
WIDTHS = (4096, 2048, 1024, 512, 1)


def head():
    layers = []
    for i, (inputs, outputs) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        last = i == len(WIDTHS) - 2
        layers += [nn.Linear(inputs, outputs, bias=not last)] + ([] if last else [nn.SiLU()])
    return nn.Sequential(*layers)


def matrix_library():
    """What PyTorch was built with; where that is left to the system (Debian), the library that was loaded."""
    built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    if built and built.group(1) != "generic":
        return built.group(1)
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            found = re.search(r"(openblas|mkl_core|mkl_rt|blis)", maps.read())
    except OSError:
        return None
    if found:
        return found.group(1)
    return None


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    network = head()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=0.01)
    states = torch.randn(BATCH, WIDTHS[0])

    def forward():
        with torch.no_grad():
            network(states)

    def step():
        energies = network(states).view(-1, GROUP)
        short = 1 + energies[:, :1] - energies[:, 1:]
        loss = short[short > 0].mean()
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    forward()
    print(json.dumps({"torch": torch.__version__, "matrices": matrix_library()}), flush=True)
    for line in sys.stdin:
        what, count = line.split()
        work = {"forward": forward, "step": step}[what]
        times = []
        for _ in range(int(count)):
            began = time.perf_counter()
            work()
            times.append((time.perf_counter() - began) * 1000)
        print(json.dumps(times), flush=True)


main()
