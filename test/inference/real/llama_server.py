"""Starts the HTTP server of llama.cpp, as the package xllamacpp brings it, and prints its address."""

import argparse
import signal

import xllamacpp

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--embedding", action="store_true")
# The mean of a text comes out wrong when it is embedded together with texts of other lengths.
parser.add_argument("--pooling", choices=["last", "mean"], default="last")
parser.add_argument("--api-key")
parser.add_argument("--port", type=int, default=0)
arguments = parser.parse_args()

parameters = xllamacpp.CommonParams()
parameters.model.path = arguments.model
parameters.hostnames = ["127.0.0.1"]
parameters.port = arguments.port
parameters.n_ctx = 4096
parameters.n_parallel = 4
parameters.warmup = False
parameters.endpoint_metrics = True
parameters.cpuparams.n_threads = 1
if arguments.api_key:
    parameters.api_keys = [arguments.api_key]
if arguments.embedding:
    parameters.embedding = True
    pooling = xllamacpp.llama_pooling_type
    parameters.pooling_type = (
        pooling.LLAMA_POOLING_TYPE_MEAN if arguments.pooling == "mean" else pooling.LLAMA_POOLING_TYPE_LAST
    )

server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
signal.pause()
