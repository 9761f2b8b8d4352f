import { z } from 'zod';
import type { EmbeddedText } from './embedding.ts';
import { badAnswer } from './http/read-json.ts';
import type { ServerFailed } from './server-failure.ts';

/** The numbers of a vector as servers send them. */
export const vectorSchema = z.array(z.number().nullable());

/** The same where some servers wrap the vector of one text in one more pair of brackets. */
export const wrappedVectorSchema = z.union([vectorSchema, z.tuple([vectorSchema]).transform(([vector]) => vector)]);

/** One vector as a server sent it. */
export interface SentVector {
  readonly values: readonly (number | null)[];
  readonly tokens: number | null;
  readonly truncated: boolean;
}

/**
 * A vector that can be trusted, or why not: one without numbers, with a number that is none, of another length than those
 * before, or of zeros alone is a failure. Zeros look like a state that resembles nothing, and would be scored as one.
 *
 * @param dimension the length that it has to have; null for the first
 */
export function checkedVector(sent: SentVector, dimension: number | null, what: string): EmbeddedText {
  const problem = vectorProblem(sent.values, dimension);
  if (problem !== null) return { kind: 'failed', failure: badAnswer(`${what}: ${problem}`) };
  const { tokens, truncated } = sent;
  return { kind: 'vector', vector: Float32Array.from(sent.values as readonly number[]), tokens, truncated };
}

function vectorProblem(values: readonly (number | null)[], dimension: number | null): string | null {
  if (values.length === 0) return 'the vector is empty';
  if (dimension !== null && values.length !== dimension)
    return `the vector has ${values.length} numbers, those before had ${dimension}`;
  if (!values.every((one) => one !== null && Number.isFinite(one)))
    return 'the vector holds something that is no number';
  return values.some((one) => one !== 0) ? null : 'the vector is all zeros';
}

/** Whether a failure is of the texts that were sent, so that each of them alone may do better. */
export const isOfTheTexts = ({ reason }: ServerFailed): boolean =>
  reason === 'tooLong' || reason === 'badRequest' || reason === 'badAnswer';
