import type { RunWish } from '../../sessions/runs/new-manifest.ts';
import { openRun, type RunReader } from '../../sessions/runs/run-reader.ts';
import { type Difference, differences } from '../../sessions/runs/same-run.ts';
import { givenRunId, listRunIds } from '../../src/run/folder.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { usage } from '../common-options.ts';
import type { CommandContext } from '../context.ts';
import { openRunOrExit, resumeCommand } from '../follow-run.ts';
import type { ManyOptions } from './options.ts';

export type ChosenRun =
  | { readonly kind: 'new'; readonly id: string | null }
  | { readonly kind: 'existing'; readonly run: RunReader };

/** Which run is meant: a new one, or one to go on with. Ends the command where the two contradict each other. */
export async function chooseRun(
  context: CommandContext,
  options: ManyOptions,
  wish: RunWish,
  given: ReadonlySet<string>,
): Promise<ChosenRun> {
  const home = homeRoot(options.home, context.environment);
  if (options.run !== undefined) return namedRun(context, options, home, options.run, wish, given);
  if (options.resume === 'never') return { kind: 'new', id: null };
  for (const id of (await listRunIds(home)).toReversed()) {
    const opened = await openRun(home, id);
    // A run that cannot be read is not the one that is wished for.
    if (opened.kind !== 'run' || opened.run.state.status === 'finished') continue;
    if (differences(wish, opened.run.manifest, opened.run.theorems).length === 0)
      return { kind: 'existing', run: opened.run };
  }
  if (options.resume === 'allow') return { kind: 'new', id: null };
  throw usage(
    `--resume must: there is no unfinished ${wish.command} of these ${wish.theorems.theorems.length} theorems with these settings; "proofdeck runs list" shows what there is, --resume allow begins a new one`,
  );
}

async function namedRun(
  context: CommandContext,
  options: ManyOptions,
  home: string,
  name: string,
  wish: RunWish,
  given: ReadonlySet<string>,
): Promise<ChosenRun> {
  const chosen = givenRunId(name);
  if (chosen.kind === 'badId') throw usage(chosen.message);
  const { id } = chosen;
  if (!(await listRunIds(home)).includes(id)) {
    if (options.resume === 'must') throw usage(`--resume must: there is no run ${id}; --resume allow begins it`);
    return { kind: 'new', id };
  }
  const run = await openRunOrExit(context, options, id);
  if (options.resume === 'never') {
    const { state, manifest } = run;
    const what = `${manifest.command} of ${manifest.corpus.reference}, ${state.ended.length} of ${state.jobs.size} searches done, ${state.status}`;
    throw usage(`the run ${id} exists (${what}); go on with it: ${resumeCommand(id)}, or choose another --run`);
  }
  // What was not said follows the run, whatever the configuration says today.
  const against = differences(wish, run.manifest, run.theorems).filter(({ what }) => given.has(what));
  if (against.length > 0) throw usage(contradiction(id, against));
  return { kind: 'existing', run };
}

function contradiction(id: string, differences: readonly Difference[]): string {
  const lines = differences.map(
    ({ what, wanted, recorded }) => `  ${what}: ${say(wanted)} is given, the run has ${say(recorded)}`,
  );
  return `the run ${id} cannot be resumed with other settings:\n${lines.join('\n')}\nleave them away, or begin another run`;
}

const say = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
