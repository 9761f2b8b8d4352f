import { type Engine, openEngine } from '../sessions/engine.ts';
import type { StartFailed } from '../src/lean/transport.ts';
import type { WorkerProgress } from '../src/lean/workers.ts';
import { cacheRoot } from '../src/storage/paths.ts';
import { type CommandContext, CommandExit, EXIT } from './context.ts';

export interface WorkerOptions {
  readonly imports: readonly string[];
  readonly lean: string;
  readonly leanPath?: string;
  readonly leanProject?: string;
  readonly workers?: number;
}

/** Starts the Lean workers that the options ask for. */
export function openEngineFor(
  context: CommandContext,
  options: WorkerOptions,
  onProgress: (progress: WorkerProgress) => void,
): Promise<Engine | StartFailed> {
  return openEngine({
    lean: options.lean,
    imports: options.imports,
    workers: options.workers,
    nativePath: options.leanPath,
    projectFolder: options.leanProject,
    cacheRoot: cacheRoot(context.environment),
    onProgress,
    signal: context.signal,
  });
}

/** The same for a command that cannot go on without: notes the progress of long preparations, and fails with a remedy. */
export async function requireEngine(context: CommandContext, options: WorkerOptions, quiet: boolean): Promise<Engine> {
  const engine = await openEngineFor(context, options, quiet ? () => {} : phaseNotes(context));
  if (engine.kind === 'engine') return engine;
  const code = engine.category === 'badOption' || engine.category === 'unknownModule' ? EXIT.usage : EXIT.missing;
  throw new CommandExit(code, engine.detail ? `${engine.message}\n${engine.detail}` : engine.message);
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
