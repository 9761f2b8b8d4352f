import { createHash } from 'node:crypto';
import type { Theorem } from '../corpus/theorem-list.ts';
import { canaryStatements } from '../lean/verdict/canaries.ts';
import type { Job } from './job.ts';
import type { Manifest } from './manifest.ts';

/** Canaries get at most this: an unsound judge shows itself early, and a false statement would use up every budget. */
const canaryLimits = { maxNodes: 10, timeout: 10 } as const;

const longestFolder = 100;

/**
 * The jobs of a run, in the order in which they are taken: canaries, then each theorem's first attempt, then second ones,
 * then noisy ones. The same manifest and theorems always give the same jobs.
 */
export function planJobs(manifest: Manifest, theorems: readonly Theorem[]): readonly Job[] {
  const { search, budgets, attempts, noisy, canaries } = manifest;
  const maxNodes = Math.max(...budgets);
  const folders = folderNames(theorems.map(({ name }) => name));
  const base = { seed: search.seed, temperature: search.temperature, maxNodes, timeout: search.timeout, priority: 0 };
  const theoremJob = (theorem: Theorem, index: number): Omit<Job, 'id' | 'kind' | 'attempt' | 'log'> => ({
    ...base,
    index,
    theorem: theorem.name,
    statement: theorem.statement,
    ...(theorem.source !== undefined && { source: theorem.source }),
  });
  // A run without theorems proves nothing that would have to be watched over.
  const canaryJobs = (canaries && theorems.length > 0 ? canaryStatements() : []).map(
    ({ name, statement }, index): Job => ({
      ...base,
      id: `c${index}`,
      kind: 'canary',
      index,
      theorem: name,
      statement,
      attempt: 1,
      maxNodes: Math.min(maxNodes, canaryLimits.maxNodes),
      timeout: search.timeout === 0 ? canaryLimits.timeout : Math.min(search.timeout, canaryLimits.timeout),
      log: `canaries/${name}.jsonl`,
    }),
  );
  const attempted = Array.from({ length: attempts }, (_, i) => i + 1).flatMap((attempt) =>
    theorems.map(
      (theorem, index): Job => ({
        ...theoremJob(theorem, index),
        id: `t${index}.${attempt}`,
        kind: 'theorem',
        attempt,
        seed: search.seed + attempt - 1,
        log: `theorems/${folders[index]}/${attempt}.jsonl`,
      }),
    ),
  );
  const noisyJobs =
    noisy === null
      ? []
      : theorems.map(
          (theorem, index): Job => ({
            ...theoremJob(theorem, index),
            id: `n${index}`,
            kind: 'noisy',
            attempt: 1,
            seed: search.seed + attempts,
            temperature: noisy,
            log: `theorems/${folders[index]}/noisy.jsonl`,
          }),
        );
  return [...canaryJobs, ...attempted, ...noisyJobs];
}

/** A folder for each name: its own text where a file system takes it; no two alike even where case makes no difference. */
function folderNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const clean = name.replaceAll(/[^\p{L}\p{N}_'.!?-]/gu, '_').replace(/^\.+/, '_');
    const isSafe = clean === name && Buffer.byteLength(name) <= longestFolder;
    const folder = isSafe ? name : `${clean.slice(0, 40)}~${hash(name)}`;
    const unique = taken.has(folder.toLowerCase()) ? `${clean.slice(0, 40)}~${hash(`case ${name}`)}` : folder;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

const hash = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 12);
