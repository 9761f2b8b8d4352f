import { z } from 'zod';

const node = z.int().min(0);
const candidate = z.int().min(0);

/** Why a whole proof was replayed no further. */
export const proofEndSchema = z.discriminatedUnion('kind', [
  /** It left no goal open, at this node. */
  z.object({ kind: z.literal('closed'), node }),
  /** Lean did not take its next tactic; the candidate says why. */
  z.object({ kind: z.literal('failed') }),
  /** It came to a state that the tree has already. */
  z.object({ kind: z.literal('visited'), of: node }),
  z.object({ kind: z.literal('depth') }),
  /** The target of the first goal stayed the same over so many steps. */
  z.object({ kind: z.literal('unchanged'), steps: z.int() }),
  /** A `have` left more goals than there were. */
  z.object({ kind: z.literal('haveGoals'), goals: z.int() }),
  z.object({ kind: z.literal('haveChain'), steps: z.int() }),
  /** It has no more tactics, and goals are left. */
  z.object({ kind: z.literal('unfinished'), goals: z.int() }),
  z.object({ kind: z.literal('blocked'), family: z.string() }),
  z.object({ kind: z.literal('empty') }),
  z.object({ kind: z.literal('forbidden'), word: z.string() }),
  /** The search ended first. */
  z.object({ kind: z.literal('givenUp') }),
]);
export type ProofEnd = Readonly<z.infer<typeof proofEndSchema>>;

/** Proofs that share a step also share what becomes of it, so each event names all of them. */
export const proofEvents = [
  /** These proofs took the step of `candidate` at `node`, and stand at `to`. */
  z.object({ kind: z.literal('proofs.advanced'), proofs: z.array(z.int()), node, candidate, to: node }),
  /** These proofs end with that step. */
  z.object({ kind: z.literal('proofs.ended'), proofs: z.array(z.int()), node, candidate, end: proofEndSchema }),
] as const;

const proofEvent = z.discriminatedUnion('kind', proofEvents);
export type ProofEvent = Readonly<z.infer<typeof proofEvent>>;
