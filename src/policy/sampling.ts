import type { Candidate } from './provider.ts';

export interface Sampling {
  /** 0 = no sampling: the ranking as it is. */
  readonly seed: number;
  /** 0 = no sampling; the higher, the more even the chances. */
  readonly temperature: number;
  /** What the draw belongs to, such as the text of the proof state: another one is another draw. */
  readonly state: string;
}

/**
 * Puts candidates into the order in which they would be drawn one after the other, without replacement, with chances
 * in proportion to `exp(logProb / temperature)`: each log-prob over the temperature gets Gumbel noise of its own, and the largest sum
 * comes first. The noise depends on seed, state and tactic alone, so the same question always has the same answer, and a candidate that
 * comes or goes leaves the others as they are. Log-probs stay the true ones.
 */
export function drawOrder(candidates: readonly Candidate[], sampling: Sampling): readonly Candidate[] {
  const { seed, temperature, state } = sampling;
  if (seed === 0 || temperature === 0) return candidates;
  const start = mix(hash(state, hash(String(seed), 0x811c9dc5)));
  return candidates
    .map((candidate) => ({
      candidate,
      key: (candidate.logProb ?? 0) / temperature + gumbel(hash(candidate.tactic, start)),
    }))
    .sort((a, b) => b.key - a.key)
    .map(({ candidate }) => candidate);
}

function gumbel(bits: number): number {
  // Strictly between 0 and 1, with 53 bits of which the halves are mixed apart.
  const high = mix(bits) >>> 5;
  const low = mix(bits ^ 0x9e3779b9) >>> 6;
  const uniform = (high * 67_108_864 + low + 0.5) / 9_007_199_254_740_992;
  return -Math.log(-Math.log(uniform));
}

/** FNV-1a over the units of a text. */
function hash(text: string, start: number): number {
  let bits = start;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  return bits;
}

/** The last steps of MurmurHash3: every bit of the input changes half of the output. */
function mix(input: number): number {
  let bits = input;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
