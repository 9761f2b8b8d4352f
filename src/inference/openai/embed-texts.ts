import type { EmbeddedText, ServerFailed } from '../generation.ts';
import { checkedVector, isOfTheTexts, type SentVector } from '../vectors.ts';

export interface SentVectors {
  readonly kind: 'sent';
  readonly vectors: readonly SentVector[];
}

export interface Embedding {
  /** Texts in one request. */
  readonly batch: number;
  /** Vectors for texts, in their order. */
  readonly ask: (texts: readonly string[]) => Promise<SentVectors | ServerFailed>;
  /** Length that every vector has to have; null until there is one. */
  readonly dimension: number | null;
  /** For messages: the address. */
  readonly what: string;
}

/** Vectors of any number of texts: in batches, and one by one where a batch is refused, so that one bad text costs no other. */
export async function embedTexts(
  texts: readonly string[],
  embedding: Embedding,
): Promise<readonly EmbeddedText[] | ServerFailed> {
  const parts: (readonly string[])[] = [];
  for (let at = 0; at < texts.length; at += embedding.batch) parts.push(texts.slice(at, at + embedding.batch));
  const answers = await Promise.all(parts.map((part) => embedPart(part, embedding)));
  const sent: (SentVector | ServerFailed)[] = [];
  for (const answer of answers) {
    if ('kind' in answer) return answer;
    sent.push(...answer);
  }
  let { dimension } = embedding;
  return sent.map((one) => {
    if ('kind' in one) return { kind: 'failed', failure: one };
    const checked = checkedVector(one, dimension, embedding.what);
    if (checked.kind === 'vector') dimension ??= checked.vector.length;
    return checked;
  });
}

async function embedPart(
  texts: readonly string[],
  { ask }: Embedding,
): Promise<readonly (SentVector | ServerFailed)[] | ServerFailed> {
  const together = await ask(texts);
  if (together.kind === 'sent') return together.vectors;
  if (!isOfTheTexts(together)) return together;
  if (texts.length === 1) return [together];
  const alone: (SentVector | ServerFailed)[] = [];
  for (const text of texts) {
    const answer = await ask([text]);
    if (answer.kind === 'sent') alone.push(...answer.vectors);
    else if (isOfTheTexts(answer)) alone.push(answer);
    else return answer;
  }
  return alone;
}
