import { type Engine, type EngineOptions, type EngineProviders, openEngine } from '../sessions/engine.ts';
import type { Config } from '../src/config/schema.ts';
import { poolObjection } from '../src/lean/open-pool.ts';
import type { StartFailed } from '../src/lean/transport.ts';
import type { WorkerProgress } from '../src/lean/workers.ts';
import type { TacticProvider } from '../src/policy/provider.ts';
import { cacheRoot } from '../src/storage/paths.ts';
import { type CommandContext, CommandExit, codeOfSignal, EXIT } from './context.ts';

/** What the configuration says of the Lean workers, for `openEngine`. */
export function engineOptions(
  context: CommandContext,
  lean: Config['lean'],
  providers?: EngineProviders,
): EngineOptions {
  return {
    lean: lean.kind,
    imports: lean.imports,
    ...(providers && { providers }),
    ...(lean.workers.kind === 'exactly' ? { workers: lean.workers.count } : { atMostWorkers: lean.workers.count }),
    ...(lean.path !== '' && { nativePath: lean.path }),
    ...(lean.project !== '' && { projectFolder: lean.project }),
    limits: { maximumUses: lean.max_requests_per_worker, recycleBytes: lean.recycle_memory_mb * 1e6 },
    cacheRoot: cacheRoot(context.environment),
    signal: context.signal,
  };
}

/** Starts the workers for a command that cannot go on without: notes the phases of a long preparation, and fails with a remedy. */
export async function requireEngine(
  context: CommandContext,
  lean: Config['lean'],
  quiet: boolean,
  providers?: EngineProviders,
): Promise<Engine> {
  const onProgress = quiet ? () => {} : phaseNotes(context);
  const engine = await openEngine({ ...engineOptions(context, lean, providers), onProgress });
  if (engine.kind === 'engine') return engine;
  throw startExit(engine);
}

/** How a command ends whose workers cannot be had. */
function startExit({ category, message, detail }: StartFailed): CommandExit {
  const code = category === 'badOption' || category === 'unknownModule' ? EXIT.usage : EXIT.missing;
  return new CommandExit(code, detail ? `${message}\n${detail}` : message);
}

/** Ends a command whose workers could not be had, as far as that is known without starting any. */
export function checkEngine(context: CommandContext, lean: Config['lean']): void {
  const { lean: kind, ...options } = engineOptions(context, lean);
  const objection = poolObjection({ kind, ...options });
  if (objection !== null) throw startExit(objection);
}

/** Opens the provider for a command that cannot go on without. */
export async function requireProvider(context: CommandContext, engine: Engine, name: string): Promise<TacticProvider> {
  const opened = await engine.openProvider(name);
  if (opened.kind === 'provider') return opened.provider;
  if (context.signal.aborted) throw new CommandExit(codeOfSignal(context.signal.reason));
  throw new CommandExit(opened.kind === 'unknownProvider' ? EXIT.usage : EXIT.missing, opened.message);
}

/** One line for each phase, with the time since the beginning. */
function phaseNotes(context: CommandContext): (progress: WorkerProgress) => void {
  let last = '';
  return ({ phase, text, elapsedMs }) => {
    if (phase === last) return;
    last = phase;
    context.note(`${(elapsedMs / 1000).toFixed(1).padStart(5)} s  ${text}`);
  };
}
