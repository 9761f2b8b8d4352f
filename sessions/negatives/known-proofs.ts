import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { submittedProofSchema } from '../../src/corpus/proof-input.ts';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import { whyFailed } from '../../src/storage/failure.ts';
import { parseJson } from '../../src/text/parse-json.ts';
import type { RunReader } from '../runs/run-reader.ts';
import type { Series } from '../trajectories/inputs.ts';
import { proofRows } from '../trajectories/run-tables.ts';

/** A theorem with a proof that somebody found. */
export interface TheoremProof {
  readonly theorem: Pick<Theorem, 'name' | 'statement' | 'source'>;
  readonly tactics: readonly string[];
}

export type ProofsResult =
  | {
      readonly kind: 'proofs';
      readonly proofs: readonly TheoremProof[];
      /** Theorems of the file that were left out, with the reason. */
      readonly left: readonly { readonly theorem: string; readonly message: string }[];
    }
  | { readonly kind: 'unusable'; readonly message: string };

const stepSchema = z.object({
  state: z.string(),
  tactic: z.string(),
  theorem: z.string().min(1),
  depth: z.int().min(0),
});
type Step = z.infer<typeof stepSchema>;

/** The proofs of some runs that count; the same proof of a theorem once. */
export function proofsOfRuns(runs: readonly RunReader[], series: Series, minSteps: number): readonly TheoremProof[] {
  const rows = runs.flatMap((run) => proofRows(run, series, {}, minSteps));
  return distinct(
    rows.map(({ name, statement, source, proof }) => ({
      theorem: { name, statement, ...(source !== null && { source }) },
      tactics: proof,
    })),
  );
}

/**
 * Reads proofs from JSON lines: `{"name", "statement", "proof": […]}`, as `export --table proofs` writes them, or the steps
 * `{"state", "tactic", "theorem", "depth"}` of `--table proof-paths`, whose statements a theorem list has to give. Without one
 * a theorem's first state is taken for its statement: it is the goal as Lean prints it.
 */
export async function proofsOfFile(
  path: string,
  theorems: ReadonlyMap<string, Theorem> | null,
  minSteps: number,
): Promise<ProofsResult> {
  const unusable = (message: string): ProofsResult => ({ kind: 'unusable', message: `${path}${message}` });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return unusable(` cannot be read: ${whyFailed(error)}`);
  }
  const steps: Step[] = [];
  const proofs: TheoremProof[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = parseJson(line);
    const step = stepSchema.safeParse(value);
    if (step.success) {
      steps.push(step.data);
      continue;
    }
    const proof = submittedProofSchema.safeParse(value);
    if (!proof.success)
      return unusable(
        `, line ${i + 1}: neither {"state", "tactic", "theorem", "depth"} nor {"name", "statement", "proof"}`,
      );
    const { name, statement, proof: tactics } = proof.data;
    if (typeof tactics === 'string') return unusable(`, line ${i + 1}: the proof has to be a list of tactics`);
    proofs.push({ theorem: { name, statement }, tactics });
  }
  const left: { theorem: string; message: string }[] = [];
  for (const [theorem, own] of Map.groupBy(steps, (one) => one.theorem)) {
    const sorted = own.toSorted((a, b) => a.depth - b.depth);
    if (sorted.some(({ depth }, at) => depth !== at)) {
      left.push({ theorem, message: 'its steps are not one for each depth from 0 on' });
      continue;
    }
    const listed = theorems?.get(theorem);
    if (theorems !== null && listed === undefined) left.push({ theorem, message: 'the theorem list does not have it' });
    else
      proofs.push({
        theorem: listed ?? { name: theorem, statement: sorted[0]?.state ?? '' },
        tactics: sorted.map(({ tactic }) => tactic),
      });
  }
  return { kind: 'proofs', proofs: distinct(proofs.filter(({ tactics }) => tactics.length >= minSteps)), left };
}

/** The proofs without repetitions: of the same tactics for a theorem of the same name, the last. */
export function distinct(proofs: readonly TheoremProof[]): readonly TheoremProof[] {
  const byText = new Map(proofs.map((proof) => [JSON.stringify([proof.theorem.name, proof.tactics]), proof]));
  return [...byText.values()];
}
