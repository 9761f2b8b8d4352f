import { settleProblem } from '../src/corpus/settle-problem.ts';
import { openPool } from '../src/lean/open-pool.ts';
import type { LeanPool } from '../src/lean/pool/pool.ts';
import type { LeanProblem } from '../src/lean/pool/types.ts';
import type { WorkerLimits } from '../src/lean/pool/worker.ts';
import type { StartFailed } from '../src/lean/transport.ts';
import type { ProofInput } from '../src/lean/verdict/assemble.ts';
import { type FileResult, Judge, type JudgeResult } from '../src/lean/verdict/judge.ts';
import { type Level, LOWEST_COUNTED } from '../src/lean/verdict/level.ts';
import { counts, type JudgedProblem, noVerdict, type Verdict } from '../src/lean/verdict/verdict.ts';
import type { WorkerProgress } from '../src/lean/workers.ts';
import type { ProviderContext, TacticProvider } from '../src/policy/provider.ts';
import type { OpenProviderResult, ProviderSource } from '../src/policy/provider-source.ts';
import { openProvider } from '../src/policy/registry.ts';
import type { Problem } from '../src/search/events.ts';
import type { VerdictFacts } from '../src/search/world.ts';
import type { EncoderSource } from '../src/value/encode/open.ts';
import { judgeSource } from './judge-source.ts';
import { ProviderShelf } from './provider-shelf.ts';

const NEVER = new AbortController().signal;

export interface EngineOptions {
  readonly lean: string;
  readonly imports: readonly string[];
  /** @default what the machine has room for */
  readonly workers?: number;
  /** A ceiling to that default. @default none */
  readonly atMostWorkers?: number;
  readonly nativePath?: string;
  readonly projectFolder?: string;
  /** Where providers come from. @default none can be opened */
  readonly providers?: EngineProviders;
  readonly limits?: Partial<WorkerLimits>;
  readonly cacheRoot: string;
  readonly onProgress?: (progress: WorkerProgress) => void;
  readonly signal?: AbortSignal;
}

/** What the engine does not know itself of what providers need. */
export type EngineProviders = Omit<ProviderSource, 'availableTactics' | 'signal'> & Pick<EncoderSource, 'restart'>;

/** The Lean workers of one process, what judges proofs, and the providers: what every search of a session shares. */
export interface Engine {
  readonly kind: 'engine';
  readonly pool: LeanPool;
  readonly toolchain: string;
  /** Milliseconds from the wish to the first worker that answers. */
  readonly startMs: number;
  readonly imports: readonly string[];
  /** The problem's own states on the workers. */
  problem(problem: Problem): LeanProblem;
  /** Decides how a theorem that is given as a printed goal is started; to be asked before its search is opened. */
  settle(problem: Problem): Promise<Problem>;
  /** Starts what judges proofs, so that the first verdict does not wait for it. */
  warmJudge(): void;
  judge(problem: Problem, proof: readonly string[]): Promise<VerdictFacts>;
  /** The same for proofs from elsewhere, with everything that was found out. */
  judgeProof(problem: JudgedProblem & Pick<Problem, 'levels'>, proof: ProofInput): Promise<JudgeResult>;
  judgeFile(source: string): Promise<FileResult>;
  /** Opens a provider by the name of its profile. All who ask for that name share it; the engine closes it. */
  openProvider(name: string): Promise<OpenProviderResult>;
  /** The providers that are open now. */
  readonly providers: readonly TacticProvider[];
  close(): Promise<void>;
}

/** Starts the Lean workers; resolves when the first of them answers. */
export async function openEngine(options: EngineOptions): Promise<Engine | StartFailed> {
  const { lean, imports, providers: source, ...rest } = options;
  const begun = performance.now();
  const opened = await openPool({ kind: lean, imports, ...rest });
  if (opened.kind === 'startFailed') return opened;
  const { pool } = opened;
  const provers = judgeSource(pool, { imports, ...rest });
  const judge = new Judge({ open: () => provers.open() });
  const toolchain = await pool.toolchain();
  const context: ProviderContext = { availableTactics: (words) => pool.availableTactics(words) };
  const providers = new ProviderShelf(async (name) =>
    source === undefined
      ? { kind: 'unknownProvider', message: `no provider ${name} can be opened here` }
      : openProvider(name, { ...source, ...context, signal: options.signal ?? NEVER }),
  );
  return {
    kind: 'engine',
    pool,
    toolchain,
    startMs: Math.round(performance.now() - begun),
    imports,
    problem: ({ statement, copyFrom, levels }) =>
      pool.problem(
        copyFrom === undefined ? { expr: statement ?? '', ...(levels && { levels: [...levels] }) } : { copyFrom },
      ),
    settle: (problem) => settleProblem(pool, problem),
    warmJudge: () => void judge.warm(),
    judge: async (problem, proof) => {
      const judged = underUniverses(problem);
      return verdictFacts(await judge.judge(judged, proof), judged.preamble ?? '', toolchain);
    },
    judgeProof: (problem, proof) => judge.judge(underUniverses(problem), proof),
    judgeFile: (source) => judge.judgeFile(source),
    openProvider: (name) => providers.open(name),
    get providers() {
      return providers.providers;
    },
    close: async () => {
      await providers.close();
      await judge.close();
      await provers.close();
      await pool.close();
    },
  };
}

/** A statement about universes stands under the line that names them. */
function underUniverses(problem: JudgedProblem & Pick<Problem, 'levels'>): JudgedProblem {
  const { levels = [] } = problem;
  return levels.length === 0 ? problem : { ...problem, preamble: `universe ${levels.join(' ')}` };
}

/** A verdict as a search records it; its script is a text that can be checked again. */
function verdictFacts(result: JudgeResult, preamble: string, toolchain: string): VerdictFacts {
  const verdict: Verdict = result.kind === 'verdict' ? result.verdict : noVerdict('', result.message, toolchain, []);
  const { level, axioms, axiomsBehindLibrary, statementMatches, selfUse, checks, text, reason } = verdict;
  return {
    level,
    accepted: counts(verdict, LOWEST_COUNTED satisfies Level),
    axioms: [...axioms],
    axiomsBehindLibrary,
    statementMatches,
    selfUse,
    checks: [...checks],
    toolchain: verdict.toolchain,
    script: preamble === '' || text === '' ? text : `${preamble}\n\n${text}`,
    ...(reason !== undefined && { reason }),
  };
}
