import type { Declaration } from '../src/lean/environment.ts';
import type { LeanPool } from '../src/lean/pool/pool.ts';
import { nearestNames } from './nearest-names.ts';
import { findOccurrences, type Occurrence, type Occurrences } from './occurrences.ts';
import { findInRuns, type RunOccurrences } from './runs/run-occurrences.ts';
import type { Inspection } from './workbench.ts';

export type ConstantReport =
  | {
      readonly kind: 'found';
      readonly declaration: Declaration;
      readonly leanMs: number;
      readonly occurrences: Occurrences;
      /** Accepted proofs of runs that name it. */
      readonly inRuns: RunOccurrences;
    }
  /** `nearest`: names that may have been meant, best first. */
  | { readonly kind: 'absent'; readonly name: string; readonly nearest: readonly string[] }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** How long a screen waits for the sessions: an inspection should be there in a tenth of a second. */
const readForMs = 80;

/**
 * What the environment, the recorded sessions and the runs know of a constant. Both are read beside Lean's answer, for
 * `readMs` at most; `signal` gives that up.
 */
export async function inspectConstant(
  pool: Pick<LeanPool, 'inspect' | 'searchNames'>,
  home: string,
  name: string,
  signal?: AbortSignal,
  readMs: number = readForMs,
): Promise<ConstantReport> {
  const limits = { ms: readMs, ...(signal && { signal }) };
  const reading = Promise.all([findOccurrences(home, name, limits), findInRuns(home, name, limits)]);
  const begun = performance.now();
  const answer = await pool.inspect(name);
  const leanMs = Math.round((performance.now() - begun) * 10) / 10;
  const [occurrences, inRuns] = await reading;
  switch (answer.kind) {
    case 'found':
      return { kind: 'found', declaration: answer.declaration, leanMs, occurrences, inRuns };
    case 'absent':
      return { kind: 'absent', name, nearest: await nearestNames(pool, name) };
    case 'lost':
    case 'unreadable':
    case 'failed':
      return { kind: 'failed', name, message: answer.message };
  }
}

/** The same as the workbench shows it. */
export function inspectionOf(report: ConstantReport): Inspection {
  switch (report.kind) {
    case 'failed':
      return { name: report.name, status: 'failed', message: report.message };
    case 'absent': {
      const { name, nearest } = report;
      return { name, status: 'absent', message: absentMessage(name, nearest) };
    }
    case 'found': {
      const { kind, module, statement, value, axioms, axiomsBehindLibrary, constants, isUnsafe, name } =
        report.declaration;
      const where = ({ theorem, node, tactic, where: how }: Occurrence): string =>
        `${placeOf(how)} of ${theorem}, node ${node}: ${tactic}`;
      return {
        name,
        status: 'found',
        kind,
        module,
        statement,
        value,
        ...(axioms !== null && { axioms }),
        axiomsBehindLibrary,
        constants,
        isUnsafe,
        occurrences: [
          ...report.occurrences.found.map((one) => ({
            session: one.session,
            search: one.search,
            where: where(one),
          })),
          ...report.inRuns.found.map(({ run, job, theorem, tactic }) => ({
            session: run,
            search: job,
            where: `proof of ${theorem}: ${tactic}`,
          })),
        ],
      };
    }
  }
}

/** `the environment has no Nat.ad_comm; did you mean …` */
export function absentMessage(name: string, nearest: readonly string[]): string {
  const meant =
    nearest.length === 0 ? 'look for names with :inspect or another spelling' : `did you mean ${nearest.join(', ')}?`;
  return `the environment has no constant called ${JSON.stringify(name)}; ${meant}`;
}

/** How an occurrence counts, in words. */
export function placeOf(where: Occurrence['where']): string {
  return { proof: 'proof', closed: 'closed, not verified', applied: 'applied candidate' }[where];
}
