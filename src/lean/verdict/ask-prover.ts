import type { z } from 'zod';
import { readAnswer } from '../protocol/answer.ts';
import type { KeptProver } from './kept-prover.ts';

export type Asked<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** Lean refuses what the question stands on: the statement, the preamble or the imports. */
  | { readonly kind: 'refused'; readonly message: string }
  /** There is no answer; the message says why. */
  | { readonly kind: 'none'; readonly message: string };

/** The declarations of a proof, as tables: some 10 kB for a proof of `omega` or `grind`. */
const LONGEST_ANSWER = 64_000_000;

/** Asks a judging prover one thing. A prover that crashes gets a second try; one that runs out of time does not. */
export async function askProver<T>(
  prover: KeptProver,
  command: string,
  payload: unknown,
  schema: z.ZodType<T>,
  timeoutMs: number,
): Promise<Asked<T>> {
  const line = `${command} ${JSON.stringify(payload)}`;
  const late = `not finished within ${timeoutMs / 1000} s`;
  let reply = await prover.ask(line, timeoutMs);
  if (reply.kind === 'lost' && reply.reason === 'crashed') reply = await prover.ask(line, timeoutMs);
  if (reply.kind === 'lost') {
    return none(reply.reason === 'timeout' ? late : `the prover was lost (${reply.reason}: ${reply.detail})`);
  }
  if (reply.text.length > LONGEST_ANSWER) return none(`an answer of ${reply.text.length} characters`);
  const answer = readAnswer(reply.text, schema);
  if (answer.kind === 'ok') return answer;
  if (answer.kind === 'unreadable') return none(answer.message);
  const { error, desc } = answer.error;
  switch (error) {
    case 'elab':
    case 'parse':
    case 'index':
      return { kind: 'refused', message: desc };
    case 'internal':
      return none(late);
    case 'command':
      return none(`this worker cannot judge proofs, it answers "${desc}": use the embedded or the lean worker`);
    default:
      return none(desc);
  }
}

function none(message: string): { readonly kind: 'none'; readonly message: string } {
  return { kind: 'none', message };
}
