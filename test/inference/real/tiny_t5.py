"""Writes tiny T5 models of random numbers that read and write bytes: for CTranslate2, and for transformers where that is installed."""

import sys
from pathlib import Path

WIDTH, HEADS, FEED, LAYERS = 32, 4, 64, 1
TOKENS = ["<pad>", "</s>", "<unk>"] + [chr(byte) for byte in range(256)] + [f"<extra_id_{i}>" for i in range(125)]


def for_ctranslate2(folder, encoder_folder):
    import numpy
    from ctranslate2.specs import common_spec, transformer_spec

    random = numpy.random.default_rng(7)

    def matrix(rows, columns, scale=0.4):
        return random.normal(0, scale, (rows, columns)).astype(numpy.float32)

    def norm(spec):
        spec.gamma = numpy.ones(WIDTH, numpy.float32)

    def attention(spec, is_self, bias):
        spec.queries_scale = numpy.dtype("float32").type(1.0)
        sizes = [3 * WIDTH] if is_self else [WIDTH, 2 * WIDTH]
        for linear, size in zip(spec.linear, [*sizes, WIDTH]):
            linear.weight = matrix(size, WIDTH)
        norm(spec.layer_norm)
        if bias is not None:
            spec.relative_attention_bias = bias
            spec.relative_attention_max_distance = numpy.dtype("int32").type(128)

    def stack(spec, is_decoder):
        norm(spec.layer_norm)
        embeddings = spec.embeddings[0] if isinstance(spec.embeddings, list) else spec.embeddings
        embeddings.weight = matrix(len(TOKENS), WIDTH, 1)
        spec.scale_embeddings = False
        bias = matrix(32, HEADS)
        for layer in spec.layer:
            attention(layer.self_attention, True, bias)
            if is_decoder:
                attention(layer.attention, False, None)
            layer.ffn.linear_0.weight = matrix(FEED, WIDTH)
            layer.ffn.linear_0_noact.weight = matrix(FEED, WIDTH)
            layer.ffn.linear_1.weight = matrix(WIDTH, FEED)
            norm(layer.ffn.layer_norm)

    spec = transformer_spec.TransformerSpec.from_config(
        (LAYERS, LAYERS),
        HEADS,
        pre_norm=True,
        activation=common_spec.Activation.GELUTanh,
        ffn_glu=True,
        relative_attention_bias=True,
        rms_norm=True,
    )
    stack(spec.encoder, False)
    stack(spec.decoder, True)
    spec.decoder.projection.weight = matrix(len(TOKENS), WIDTH, 0.3)
    # What stands for no byte is never written, and an output ends after a few bytes.
    bias = numpy.full(len(TOKENS), -100, numpy.float32)
    bias[3 : 3 + 256] = 0
    bias[1] = 3
    spec.decoder.projection.bias = bias
    spec.register_source_vocabulary(TOKENS)
    spec.register_target_vocabulary(TOKENS)
    spec.config.bos_token = "<pad>"
    spec.config.eos_token = "</s>"
    spec.config.unk_token = "<unk>"
    spec.config.decoder_start_token = "<pad>"
    save(spec, folder)

    encoder = transformer_spec.TransformerEncoderModelSpec(
        transformer_spec.TransformerEncoderSpec(
            LAYERS,
            HEADS,
            pre_norm=True,
            activation=common_spec.Activation.GELUTanh,
            ffn_glu=True,
            relative_attention_bias=True,
            rms_norm=True,
        )
    )
    stack(encoder.encoder, False)
    encoder.register_vocabulary(TOKENS)
    encoder.config.unk_token = "<unk>"
    save(encoder, encoder_folder)


def save(spec, folder):
    spec.validate()
    folder.mkdir(parents=True)
    spec.save(str(folder))


def for_transformers(folder, encoder_folder):
    import torch
    from transformers import ByT5Tokenizer, T5Config, T5EncoderModel, T5ForConditionalGeneration

    torch.manual_seed(7)
    config = T5Config(
        vocab_size=len(TOKENS),
        d_model=WIDTH,
        d_kv=WIDTH // HEADS,
        d_ff=FEED,
        num_layers=LAYERS,
        num_decoder_layers=LAYERS,
        num_heads=HEADS,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
    )
    model = T5ForConditionalGeneration(config)
    # What stands for no byte is never written.
    model.generation_config.suppress_tokens = [0, 2, *range(259, len(TOKENS))]
    model.save_pretrained(folder)
    T5EncoderModel(config).save_pretrained(encoder_folder)
    for one in folder, encoder_folder:
        ByT5Tokenizer(extra_ids=125).save_pretrained(one)


if __name__ == "__main__":
    backend, model_folder, encoder_folder = sys.argv[1:]
    make = {"ctranslate2": for_ctranslate2, "transformers": for_transformers}[backend]
    make(Path(model_folder), Path(encoder_folder))
