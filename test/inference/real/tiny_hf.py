"""Writes a tiny Llama of random numbers for transformers; its vocabulary holds single bytes and some words, and it says words."""

import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = ["intro p h", "exact h", "simp", "rfl", "omega"]
END = "<|end|>"
TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def byte_signs():
    """The sign that stands for each byte in a vocabulary of GPT-2's kind."""
    signs, following = [], 256
    for byte in range(256):
        seen = 33 <= byte <= 126 or 161 <= byte <= 172 or byte >= 174
        signs.append(chr(byte if seen else following))
        following += 0 if seen else 1
    return signs


signs = byte_signs()
tokens = signs + [END] + ["".join(signs[byte] for byte in word.encode()) for word in WORDS]
end = tokens.index(END)

tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=[]))
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END)
fast.chat_template = TEMPLATE

torch.manual_seed(1)
config = LlamaConfig(
    vocab_size=len(tokens),
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=1,
    num_attention_heads=2,
    num_key_value_heads=2,
    max_position_embeddings=2048,
    bos_token_id=end,
    eos_token_id=end,
    pad_token_id=end,
)
model = LlamaForCausalLM(config)
with torch.no_grad():
    # The first number of every state is large and the same, so that its row in the output acts as a bias.
    model.model.embed_tokens.weight[:, 0] = 4
    model.lm_head.weight[:, 0] = 0
    model.lm_head.weight[end, 0] = 11 / 32**0.5
    model.lm_head.weight[end + 1 :, 0] = 9 / 32**0.5
model.generation_config.do_sample = True
model.save_pretrained(sys.argv[1])
fast.save_pretrained(sys.argv[1])
