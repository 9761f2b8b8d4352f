import { type GgufTensor, ggufFile } from './gguf.ts';

const USUAL_WIDTH = 32;
const FEED = 64;
const HEADS = 2;
/** Numbers of a head, so that a wide model stays a small file. */
const HEAD_WIDTH = 16;
/** How far the words stand out over single bytes, as a difference of logits. */
const WORD_BIAS = 9;
const END_BIAS = 11;

/**
 * A random Llama of one layer whose vocabulary holds single bytes and these words; it says words, then ends.
 *
 * @param width numbers of a token's vector, and of an embedding
 */
export function tinyLlama(words: readonly string[], seed = 1, width = USUAL_WIDTH): Buffer {
  const { tokens, types, end } = vocabulary(words);
  const random = randomNumbers(seed);
  const matrix = (columns: number, rows: number, scale: number): Float32Array =>
    Float32Array.from({ length: columns * rows }, () => (random() - 0.5) * 2 * scale);
  const ones = (): Float32Array => new Float32Array(width).fill(1);
  const embedding = matrix(width, tokens.length, 0.5);
  const output = matrix(width, tokens.length, 0.5);
  for (let token = 0; token < tokens.length; token++) {
    // The first number of every state is large and the same, so that its row in the output acts as a bias.
    embedding[token * width] = 4;
    const bias = token === end ? END_BIAS : token > end ? WORD_BIAS : 0;
    output[token * width] = bias / Math.sqrt(width);
  }
  const layer = 'blk.0.';
  const tensors: GgufTensor[] = [
    { name: 'token_embd.weight', shape: [width, tokens.length], data: embedding },
    { name: 'output_norm.weight', shape: [width], data: ones() },
    { name: 'output.weight', shape: [width, tokens.length], data: output },
    { name: `${layer}attn_norm.weight`, shape: [width], data: ones() },
    ...['attn_q', 'attn_k', 'attn_v'].map((name) => ({
      name: `${layer}${name}.weight`,
      shape: [width, HEADS * HEAD_WIDTH],
      data: matrix(width, HEADS * HEAD_WIDTH, 0.1),
    })),
    {
      name: `${layer}attn_output.weight`,
      shape: [HEADS * HEAD_WIDTH, width],
      data: matrix(HEADS * HEAD_WIDTH, width, 0.1),
    },
    { name: `${layer}ffn_norm.weight`, shape: [width], data: ones() },
    { name: `${layer}ffn_gate.weight`, shape: [width, FEED], data: matrix(width, FEED, 0.1) },
    { name: `${layer}ffn_up.weight`, shape: [width, FEED], data: matrix(width, FEED, 0.1) },
    { name: `${layer}ffn_down.weight`, shape: [FEED, width], data: matrix(FEED, width, 0.1) },
  ];
  return ggufFile(
    {
      'general.architecture': { type: 'string', value: 'llama' },
      'general.name': { type: 'string', value: 'tiny-random-llama' },
      'llama.block_count': { type: 'uint32', value: 1 },
      'llama.context_length': { type: 'uint32', value: 4096 },
      'llama.embedding_length': { type: 'uint32', value: width },
      'llama.feed_forward_length': { type: 'uint32', value: FEED },
      'llama.attention.head_count': { type: 'uint32', value: HEADS },
      'llama.attention.head_count_kv': { type: 'uint32', value: HEADS },
      'llama.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-5 },
      'llama.attention.key_length': { type: 'uint32', value: HEAD_WIDTH },
      'llama.attention.value_length': { type: 'uint32', value: HEAD_WIDTH },
      'llama.rope.dimension_count': { type: 'uint32', value: HEAD_WIDTH },
      'llama.vocab_size': { type: 'uint32', value: tokens.length },
      'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
      'tokenizer.ggml.pre': { type: 'string', value: 'gpt-2' },
      'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
      'tokenizer.ggml.token_type': { type: 'int32s', value: types },
      'tokenizer.ggml.merges': { type: 'strings', value: ['a b'] },
      'tokenizer.ggml.bos_token_id': { type: 'uint32', value: end },
      'tokenizer.ggml.eos_token_id': { type: 'uint32', value: end },
      'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
      'tokenizer.chat_template': {
        type: 'string',
        value:
          '{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}',
      },
    },
    tensors,
  );
}

const NORMAL = 1;
const CONTROL = 3;

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  /** The end token; the words come after it. */
  readonly end: number;
}

function vocabulary(words: readonly string[]): Vocabulary {
  const bytes = byteSigns();
  const spelt = words.map((word) => [...Buffer.from(word)].map((byte) => bytes[byte]).join(''));
  const tokens = [...bytes, '<|end|>', ...spelt];
  return { tokens, types: tokens.map((token) => (token === '<|end|>' ? CONTROL : NORMAL)), end: bytes.length };
}

/** The sign that stands for each byte in a vocabulary of GPT-2's kind: itself where it can be seen, else one beyond 255. */
function byteSigns(): readonly string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const seen = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(seen ? byte : next++);
  });
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}
