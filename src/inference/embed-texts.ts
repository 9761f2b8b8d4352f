import type { EmbeddedText, EmbedRequest } from './embedding.ts';
import { linkSignals } from './http/linked-signal.ts';
import type { ServerFailed } from './server-failure.ts';
import { checkedVector, isOfTheTexts, type SentVector } from './vectors.ts';

export interface SentVectors {
  readonly kind: 'sent';
  readonly vectors: readonly SentVector[];
}

export interface Embedding {
  /** Texts in one request. */
  readonly batch: number;
  /** Vectors for the texts of a request, in their order. */
  readonly ask: (request: EmbedRequest) => Promise<SentVectors | ServerFailed>;
  /** For messages: the address. */
  readonly what: string;
}

/** Gets the vectors of texts from one server, all of one length. */
export class TextEmbedder {
  /** Length that every vector has to have; null until there is one. */
  #dimension: number | null = null;

  /**
   * Vectors of any number of texts: in batches, and one by one where a batch is refused, so that one bad text costs no other. A failure of
   * the server is one of all.
   */
  async embed(request: EmbedRequest, embedding: Embedding): Promise<readonly EmbeddedText[] | ServerFailed> {
    const { texts } = request;
    const { signal, abort, unlink } = linkSignals([request.signal]);
    let failure: ServerFailed | null = null;
    const parts: (readonly string[])[] = [];
    for (let at = 0; at < texts.length; at += embedding.batch) parts.push(texts.slice(at, at + embedding.batch));
    const answers = await Promise.all(
      parts.map(async (part) => {
        const answer = await embedPart({ ...request, texts: part, signal }, embedding);
        if (!('kind' in answer)) return answer;
        // The other parts would wait in vain for a server that is gone.
        failure ??= answer;
        abort();
        return [];
      }),
    );
    unlink();
    return failure ?? answers.flat().map((one) => this.#checked(one, embedding.what));
  }

  #checked(one: SentVector | ServerFailed, what: string): EmbeddedText {
    if ('kind' in one) return { kind: 'failed', failure: one };
    const checked = checkedVector(one, this.#dimension, what);
    if (checked.kind === 'vector') this.#dimension ??= checked.vector.length;
    return checked;
  }
}

async function embedPart(
  request: EmbedRequest,
  { ask }: Embedding,
): Promise<readonly (SentVector | ServerFailed)[] | ServerFailed> {
  const together = await ask(request);
  if (together.kind === 'sent') return together.vectors;
  if (!isOfTheTexts(together)) return together;
  if (request.texts.length === 1) return [together];
  const alone: (SentVector | ServerFailed)[] = [];
  for (const text of request.texts) {
    const answer = await ask({ ...request, texts: [text] });
    if (answer.kind === 'sent') alone.push(...answer.vectors);
    else if (isOfTheTexts(answer)) alone.push(answer);
    else return answer;
  }
  return alone;
}
