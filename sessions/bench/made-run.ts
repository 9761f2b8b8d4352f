import { mkdir, writeFile } from 'node:fs/promises';
import { encodeRunEvent, type RunEvent, runLogFormat } from '../../src/run/events.ts';
import { runFile, runFolder, runLogPath } from '../../src/run/folder.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { planJobs } from '../../src/run/plan.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';

/*
 * A run as it is on disk, made without searching: nobody works on it, four fifths of it are done.
 */

/** Writes a made-up run of so many theorems into a home. Returns its id. */
export async function makeRun(home: string, count: number): Promise<string> {
  const theorems = Array.from({ length: count }, (_, i) => ({
    name: `Bench.theorem_${i}`,
    statement: `${i} = ${i}`,
    source: `source-${i % 4}`,
  }));
  const manifest = manifestOf(count);
  const id = manifest.id;
  const events: RunEvent[] = [
    { kind: 'run.opened', id, createdAt: manifest.createdAt, format: runLogFormat, program: 'bench' },
    { kind: 'run.ready', toolchain: 'none', workers: 2, concurrency: 2 },
  ];
  for (const [i, job] of planJobs(manifest, theorems)
    .slice(0, Math.floor(count * 0.8))
    .entries())
    events.push({ kind: 'job.started', job: job.id }, { kind: 'job.ended', job: job.id, outcome: outcomeOf(i) });
  await mkdir(runFolder(home, id), { recursive: true });
  const lines = events.map((event, i) => `${encodeRunEvent({ seq: i + 1, t: i * 100, event })}\n`);
  await writeFile(runFile(home, id, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(runFile(home, id, 'theorems.json'), JSON.stringify({ theorems }));
  await writeFile(runLogPath(home, id), lines.join(''));
  return id;
}

/** What the search of a theorem came to that used up its budget. */
export const usedUp: JobOutcome = {
  status: 'budget',
  reason: 'max_nodes (100) expansions are used up',
  level: null,
  accepted: false,
  axioms: [],
  proof: null,
  expansions: 100,
  nodes: 250,
  maxDepth: 9,
  peakOpen: 60,
  candidates: {
    proposed: 400,
    unusable: 0,
    unique: 300,
    tried: 290,
    applied: 90,
    failed: 195,
    timedOut: 5,
    duplicateText: 100,
    duplicateState: 30,
    blocked: 0,
    lost: 0,
  },
  candidatesPerExpansion: { min: 1, sum: 300, max: 4, count: 100 },
  timeMs: { total: 4000, lean: 2500, policy: 800, value: 0, verdict: 0 },
  atBudget: [],
  value: null,
};

/** Every fifth is proved, every twentieth cannot be started. */
function outcomeOf(i: number): JobOutcome {
  if (i % 20 === 7) {
    const error = { stage: 'start', category: 'doesNotElaborate', message: `unknown identifier x${i}` } as const;
    return { ...usedUp, status: 'error', reason: error.message, error };
  }
  if (i % 5 !== 0) return usedUp;
  const proof = ['intro h', 'omega'];
  return {
    ...usedUp,
    status: 'proved',
    reason: 'proved',
    level: 'V3',
    accepted: true,
    proof,
    expansions: (i % 90) + 1,
  };
}

function manifestOf(theorems: number): Manifest {
  const none = '0'.repeat(64);
  return {
    schema: 'proofdeck.manifest/1',
    id: 'adhoc/bench',
    command: 'search',
    argv: ['search'],
    createdAt: '2026-01-01T00:00:00.000Z',
    program: 'bench',
    gitCommit: null,
    corpus: { reference: 'bench', theorems, sha256: none, revision: none, preamble: [] },
    search: searchSettingsSchema.parse({ max_nodes: 100 }),
    budgets: [100],
    attempts: 1,
    noisy: null,
    canaries: false,
    provider: { name: 'bench', kind: 'bench', url: null, model: null },
    value: null,
    lean: { kind: 'bench', toolchain: 'none', imports: ['Init'] },
    resumedFrom: null,
    out: null,
    concurrency: 2,
    workers: 2,
    cost: { perHour: 0, gpus: 0 },
    notify: null,
    configuration: {},
    environment: [],
    host: { name: 'bench', platform: 'bench', cpus: 1, memoryBytes: 0, gpus: [] },
  };
}
