#!/usr/bin/env python3
"""Serves an encoder-decoder model, such as ReProver's ByT5, over LeanCopilot's HTTP interface.

    python3 scripts/serve_seq2seq.py --model kaiyuy/leandojo-lean4-tacgen-byt5-small --port 23337

The model is a name or folder that `transformers` loads, or a folder that CTranslate2 converted (it holds `model.bin`). `--encoder`
names a second model for `POST /encode`. Needs `transformers` and `torch`, or `ctranslate2`: see requirements-seq2seq.txt.

    POST /generate {"name", "input", "prefix", ?"n", ?"max_tokens"}
      -> {"outputs": [{"output", "score", "log_prob", "tokens", "finished"}, ...]}   best first
    POST /encode {"name", "input"} -> {"outputs": [number, ...]}                       length one
    GET /health -> what is served

`score` is the probability of the output and its end, as LeanCopilot gives it; `log_prob` is its logarithm, which cannot become 0. The
members `n` and `max_tokens`, and all of an output but the first two, are additions: LeanCopilot ignores them.
"""

import argparse
import json
import math
import queue
import signal
import sys
import threading
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Refused(Exception):
    """A request that cannot be served; its text says why."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def device_for(wanted, has_cuda):
    if wanted != "auto":
        return wanted
    return "cuda" if has_cuda else "cpu"


class Transformers:
    """A model in PyTorch."""

    def __init__(self, name, device, dtype):
        import torch
        import transformers

        self.torch = torch
        self.device = device_for(device, torch.cuda.is_available())
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(name)
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(name, dtype=getattr(torch, dtype))
        self.model = model.to(self.device).eval()

    def generate(self, texts, beams, max_tokens):
        batch = self.tokenizer(texts, return_tensors="pt", padding=True).to(self.device)
        with self.torch.inference_mode():
            found = self.model.generate(
                **batch,
                max_new_tokens=max_tokens,
                num_beams=beams,
                num_return_sequences=beams,
                do_sample=False,
                # A beam's score is then the sum over its tokens, whatever their number.
                **({"length_penalty": 0.0, "early_stopping": False} if beams > 1 else {}),
                return_dict_in_generate=True,
                output_scores=True,
            )
            if beams > 1:
                sums = found.sequences_scores.tolist()
            else:
                # One beam is greedy search, which scores only token by token.
                steps = self.model.compute_transition_scores(found.sequences, found.scores, normalize_logits=True)
                sums = steps.masked_fill(steps.isinf(), 0).sum(dim=1).tolist()
        decoded = self.tokenizer.batch_decode(found.sequences, skip_special_tokens=True)
        end, pad = self.tokenizer.eos_token_id, self.tokenizer.pad_token_id
        outputs = []
        for text, total, ids in zip(decoded, sums, found.sequences[:, 1:].tolist()):
            finished = end in ids
            tokens = ids.index(end) + 1 if finished else sum(one != pad for one in ids)
            outputs.append((text, total, tokens, finished))
        return [outputs[i : i + beams] for i in range(0, len(outputs), beams)]


class TransformersEncoder:
    """The encoder of a model in PyTorch."""

    def __init__(self, name, device, dtype):
        import torch
        import transformers

        self.torch = torch
        self.device = device_for(device, torch.cuda.is_available())
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(name)
        model = transformers.AutoModelForTextEncoding.from_pretrained(name, dtype=getattr(torch, dtype))
        self.model = model.to(self.device).eval()

    def encode(self, text):
        batch = self.tokenizer(text, return_tensors="pt").to(self.device)
        with self.torch.inference_mode():
            states = self.model(**batch).last_hidden_state[0]
        return states.float().mean(dim=0).tolist()


def byte_tokens(text):
    """ByT5's tokens: a sign for each byte, and the end."""
    return [chr(byte) for byte in text.encode()] + ["</s>"]


def byte_text(tokens):
    return bytes(ord(one) for one in tokens if len(one) == 1 and ord(one) < 256).decode(errors="ignore")


class CTranslate2:
    """A ByT5 that CTranslate2 converted: the same beams with the same scores, less to install, less time on a processor."""

    def __init__(self, name, device, threads):
        import ctranslate2

        self.device = device_for(device, ctranslate2.get_cuda_device_count() > 0)
        self.model = ctranslate2.Translator(name, device=self.device, intra_threads=threads)

    def generate(self, texts, beams, max_tokens):
        found = self.model.translate_batch(
            [byte_tokens(text) for text in texts],
            beam_size=beams,
            num_hypotheses=beams,
            length_penalty=0.0,
            max_decoding_length=max_tokens,
            max_input_length=0,
            return_scores=True,
            return_end_token=True,
        )
        return [
            [
                (byte_text(tokens), total, len(tokens), "</s>" in tokens)
                for tokens, total in zip(result.hypotheses, result.scores)
            ]
            for result in found
        ]


class CTranslate2Encoder:
    """The encoder of a ByT5 that CTranslate2 converted."""

    def __init__(self, name, device, threads):
        import ctranslate2

        self.device = device_for(device, ctranslate2.get_cuda_device_count() > 0)
        self.model = ctranslate2.Encoder(name, device=self.device, intra_threads=threads)

    def encode(self, text):
        import numpy

        states = numpy.array(self.model.forward_batch([byte_tokens(text)]).last_hidden_state)[0]
        return states.mean(axis=0).tolist()


class Worker:
    """Runs the model in one thread, requests of the same shape that wait together as one batch."""

    def __init__(self, run, most):
        self.run = run
        self.most = most
        self.waiting = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()

    def ask(self, text, shape):
        answer = Future()
        self.waiting.put((text, shape, answer))
        return answer.result()

    def work(self):
        held = None
        while True:
            first = held or self.waiting.get()
            held = None
            batch = [first]
            while len(batch) < self.most:
                try:
                    one = self.waiting.get_nowait()
                except queue.Empty:
                    break
                if one[1] != first[1]:
                    held = one
                    break
                batch.append(one)
            try:
                results = self.run([text for text, _, _ in batch], *first[1])
                for (_, _, answer), result in zip(batch, results):
                    answer.set_result(result)
            except Exception as error:  # The one who asked has to hear of it, whatever it is.
                for _, _, answer in batch:
                    answer.set_exception(error)


class Service:
    """What is served, and the limits that hold for it."""

    def __init__(self, options):
        self.options = options
        is_converted = (Path(options.model) / "model.bin").exists()
        self.backend = "ctranslate2" if is_converted else "transformers"
        if not is_converted and options.threads > 0:
            import torch

            torch.set_num_threads(options.threads)
        if is_converted:
            generator = CTranslate2(options.model, options.device, options.threads)
        else:
            generator = Transformers(options.model, options.device, options.dtype)
        self.device = generator.device
        self.generator = Worker(generator.generate, options.batch)
        self.encoder = None
        if options.encoder and (Path(options.encoder) / "model.bin").exists():
            self.encoder = CTranslate2Encoder(options.encoder, options.device, options.threads)
        elif options.encoder:
            self.encoder = TransformersEncoder(options.encoder, options.device, options.dtype)
        self.encoding = threading.Lock()

    def about(self):
        options = self.options
        return {
            "status": "ok",
            "server": "serve_seq2seq",
            "model": options.name,
            "encoder": options.encoder,
            "backend": self.backend,
            "device": self.device,
            "beams": options.beams,
            "max_input_bytes": options.max_input_bytes,
            "max_output_bytes": options.max_output_bytes,
        }

    def text_of(self, request, names):
        name, text = request.get("name"), request.get("input")
        if not isinstance(text, str):
            raise Refused(400, "input has to be a text")
        if name is not None and name not in names:
            raise Refused(404, f"there is no model {json.dumps(name)} here; it is {json.dumps(names[0])}")
        half = next((sign for sign in text if "\ud800" <= sign <= "\udfff"), None)
        if half is not None:
            raise Refused(400, f"the input holds U+{ord(half):X}, which is half of a character")
        length, most = len(text.encode()), self.options.max_input_bytes
        if length > most:
            raise Refused(400, f"the input has {length} bytes; the maximum input length is {most} bytes")
        return text

    def generate(self, request):
        options = self.options
        text = self.text_of(request, [options.name, options.model])
        if request.get("prefix"):
            raise Refused(400, "prefix has to be empty: an encoder-decoder model writes whole tactics")
        beams = min(positive(request, "n", options.beams), options.beams)
        tokens = min(positive(request, "max_tokens", options.max_output_bytes), options.max_output_bytes)
        found = self.generator.ask(text, (beams, tokens))
        outputs = [
            {"output": output, "score": math.exp(total), "log_prob": total, "tokens": length, "finished": finished}
            for output, total, length, finished in found
        ]
        return {"outputs": outputs}

    def encode(self, request):
        if self.encoder is None:
            raise Refused(400, "this server does not support embeddings; start it with --encoder")
        text = self.text_of(request, [self.options.encoder])
        if text == "":
            raise Refused(400, "input is empty: nothing to encode")
        with self.encoding:
            vector = self.encoder.encode(text)
        length = math.sqrt(sum(one * one for one in vector))
        return {"outputs": [one / length for one in vector]}


def request_in(body):
    try:
        request = json.loads(body)
    except ValueError as error:
        raise Refused(400, f"the request is not JSON: {error}") from error
    if not isinstance(request, dict):
        raise Refused(400, "the request has to be a JSON object")
    return request


def positive(request, name, usual):
    value = request.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Refused(400, f"{name} has to be a positive whole number")
    return value


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service = None

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, self.service.about())
        else:
            self.answer(404, {"error": f"there is nothing at {self.path}"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        work = {"/generate": self.service.generate, "/encode": self.service.encode}.get(self.path)
        if work is None:
            self.answer(404, {"error": f"there is nothing at {self.path}"})
            return
        try:
            self.answer(200, work(request_in(body)))
        except Refused as refused:
            self.answer(refused.status, {"error": str(refused)})
        except Exception as error:  # A server outlives what one request does to it.
            print(f"{self.path}: {error!r}", file=sys.stderr, flush=True)
            self.answer(500, {"error": f"{type(error).__name__}: {error}"})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Requests are not logged: a search makes thousands."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def options_from(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="name or folder of the model that writes tactics")
    parser.add_argument("--name", help="what clients call it; by default as --model")
    parser.add_argument("--encoder", help="name or folder of the model for /encode")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=23337, help="0 = any that is free")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    parser.add_argument("--dtype", default="float32", help="float32, bfloat16, float16; for transformers")
    parser.add_argument("--threads", type=int, default=0, help="on a processor; 0 = as many as seems best")
    parser.add_argument("--beams", type=int, default=64, help="most outputs for one input")
    parser.add_argument("--batch", type=int, default=8, help="most inputs that are worked on together")
    parser.add_argument("--max-input-bytes", type=int, default=2300)
    parser.add_argument("--max-output-bytes", type=int, default=1024)
    options = parser.parse_args(arguments)
    options.name = options.name or options.model
    return options


def main():
    options = options_from(sys.argv[1:])
    Handler.service = Service(options)
    server = Server((options.host, options.port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"{options.name} is served at http://{options.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
