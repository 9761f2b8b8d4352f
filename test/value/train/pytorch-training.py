"""Does the steps of a small training with PyTorch: reads the problem from standard input, prints losses and parameters."""

import json
import sys

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, parametrizations

torch.set_num_threads(1)
problem = json.load(sys.stdin)


def tensor(values, dims):
    return torch.tensor(values, dtype=torch.float32).reshape(dims)


layers = []
for i, shape in enumerate(problem["layers"]):
    layer = nn.Linear(shape["inputs"], shape["outputs"], bias=shape["bias"])
    with torch.no_grad():
        layer.weight.copy_(tensor(problem["parameters"][f"weight{i}"], (shape["outputs"], shape["inputs"])))
        if shape["bias"]:
            layer.bias.copy_(tensor(problem["parameters"][f"bias{i}"], (shape["outputs"],)))
    if problem["spectralNorm"]:
        layer = parametrizations.spectral_norm(layer, n_power_iterations=1)
        layer.parametrizations.weight[0]._v.copy_(tensor(problem["parameters"][f"spectral{i}"], (shape["inputs"],)))
    layers.append(layer.train())

log_temperature = problem["logTemperature"]
if log_temperature is not None:
    log_temperature = nn.Parameter(torch.tensor(float(log_temperature)))
weights = [parameter for layer in layers for parameter in layer.parameters()]
groups = [{"params": weights, "weight_decay": problem["weightDecay"]}]
if log_temperature is not None:
    groups.append({"params": [log_temperature], "weight_decay": 0.0})
optimizer = torch.optim.AdamW(groups, lr=1.0)
everything = weights + ([log_temperature] if log_temperature is not None else [])

size, width = problem["groups"], problem["negatives"] + 1
inputs = tensor(problem["inputs"], (size * width, -1))
present = tensor(problem["present"], (size, width)) > 0.5
remaining = tensor(problem["remaining"], (size,))
masks = [tensor(mask, (size * width, -1)) for mask in problem["masks"]]
losses, norms = [], []

for rate in problem["rates"]:
    value = inputs
    for i, layer in enumerate(layers):
        value = layer(value)
        if i < len(layers) - 1:
            value = nn.functional.silu(value)
            if masks:
                value = value * masks[i] * problem["dropoutScale"]
    energies = value.reshape(size, width)
    positive, negative = energies[:, :1], energies[:, 1:]
    temperature = 1.0 if log_temperature is None else log_temperature.clamp(-5, 2).exp()
    logits = (-energies / temperature).masked_fill(~present, float("-inf"))
    info_nce = nn.functional.cross_entropy(logits, torch.zeros(size, dtype=torch.long))
    short = (problem["margin"] + positive - negative)[present[:, 1:]]
    active = short > 0
    margin = short[active].mean() if active.any() else short.sum() * 0
    known = remaining >= 0
    depth = nn.functional.mse_loss(positive[known, 0], (remaining / remaining.max())[known])
    total = problem["infoNce"] * info_nce + problem["marginRanking"] * margin + problem["depthRegression"] * depth
    optimizer.zero_grad()
    total.backward()
    norms.append(clip_grad_norm_(everything, problem["clip"]).item())
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    losses.append(total.item())

parameters = {}
for i, layer in enumerate(layers):
    weight = layer.parametrizations.weight.original if problem["spectralNorm"] else layer.weight
    parameters[f"weight{i}"] = weight.detach().flatten().tolist()
    if layer.bias is not None:
        parameters[f"bias{i}"] = layer.bias.detach().flatten().tolist()
if log_temperature is not None:
    parameters["logTemperature"] = [log_temperature.item()]
json.dump({"losses": losses, "norms": norms, "parameters": parameters}, sys.stdout)
