import type { EmbeddingClient } from '../../../inference/embedding.ts';
import type { ServerFailed } from '../../../inference/server-failure.ts';
import { BATCH_AGREEMENT, cosine, LENGTH_TOLERANCE, lengthRatio } from '../agreement.ts';
import type { Probe } from '../encoder.ts';

/** States of different lengths: what goes wrong in batches goes wrong where texts are filled up to one length. */
const PROBE_STATES: readonly string[] = [
  'p q : Prop\nh : p ∧ q\n⊢ q ∧ p',
  '⊢ True',
  'x y : Int\nh : x + y = 7\nh1 : x - y = 3\nh2 : 0 ≤ x\nh3 : x * x = 25\n⊢ x = 5',
  'n : Nat\nih : n * (n + 1) % 2 = 0\n⊢ (n + 1) * (n + 1 + 1) % 2 = 0',
  'a : Nat\n⊢ a = a\n\na b : Nat\nh : a < b\n⊢ a + 1 ≤ b',
];

export type ProbedServer =
  | {
      readonly kind: 'probed';
      readonly probes: readonly Probe[];
      readonly model: string;
      readonly weightVersion: string | null;
    }
  /** It answers, and its answers cannot be used. */
  | { readonly kind: 'unfit'; readonly message: string }
  | ServerFailed;

/**
 * Encodes five states one by one, then together, and compares. Servers have been seen to give true vectors only for the first text of a
 * batch, and zeros, or those of another text, for the rest. One request at a time: a check must not be what a server freezes of.
 */
export async function probeServer(client: EmbeddingClient, signal: AbortSignal): Promise<ProbedServer> {
  const alone: Float32Array[] = [];
  for (const text of PROBE_STATES) {
    const one = await vectorsOf(client, [text], signal);
    if (one.kind !== 'vectors') return one;
    alone.push(...one.vectors);
  }
  const together = await vectorsOf(client, PROBE_STATES, signal);
  if (together.kind !== 'vectors') return together;
  const problem = whyUnfit(alone, together.vectors);
  if (problem !== null) return { kind: 'unfit', message: `${client.url}: ${problem}` };
  const { model, weightVersion } = together;
  const probes = PROBE_STATES.map((text, i) => ({ text, vector: alone[i] as Float32Array }));
  return { kind: 'probed', probes, model, weightVersion };
}

type Vectors = {
  readonly kind: 'vectors';
  readonly vectors: readonly Float32Array[];
  readonly model: string;
  readonly weightVersion: string | null;
};

async function vectorsOf(
  client: EmbeddingClient,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Vectors | Exclude<ProbedServer, { kind: 'probed' }>> {
  const answer = await client.embed({ texts, signal });
  if (answer.kind === 'serverFailed') return answer;
  const vectors: Float32Array[] = [];
  for (const one of answer.vectors) {
    if (one.kind === 'failed') return { kind: 'unfit', message: one.failure.message };
    vectors.push(one.vector);
  }
  return { ...answer, vectors };
}

function whyUnfit(alone: readonly Float32Array[], together: readonly Float32Array[]): string | null {
  for (const [i, one] of alone.entries()) {
    const other = together[i] as Float32Array;
    const agreement = cosine(one, other);
    const ratio = lengthRatio(other, one);
    if (agreement < BATCH_AGREEMENT || Math.abs(ratio - 1) > LENGTH_TOLERANCE)
      return (
        `text ${i + 1} of ${alone.length} gets another vector in a batch than alone (cosine ${agreement.toFixed(4)}, expected at least ` +
        `${BATCH_AGREEMENT}; length × ${ratio.toFixed(3)}): the server does not embed batches rightly. Use another version of it, or ` +
        'another pooling ("last" instead of "mean"), or send one text at a time (--batch 1)'
      );
    const twin = alone.findIndex((second, j) => j > i && cosine(one, second) > 1 - 1e-7);
    if (twin >= 0)
      return `texts ${i + 1} and ${twin + 1} get the same vector, though they are different states: this is no encoder of texts`;
  }
  return null;
}
