import { resolve } from 'node:path';
import type { RunWish } from '../../sessions/runs/new-manifest.ts';
import { theoremsOfRun } from '../../sessions/runs/theorems-of-run.ts';
import { findProfile } from '../../src/config/models.ts';
import { withSplit } from '../../src/corpus/split.ts';
import { readTheoremNames } from '../../src/trajectory/summary.ts';
import { usage } from '../common-options.ts';
import { providerProfiles, resolvedConfiguration } from '../configuration.ts';
import type { CommandContext } from '../context.ts';
import { identityOfValueModel } from '../value-model.ts';
import type { ManyOptions } from './options.ts';

/** What only one of the two commands has. */
export interface Particulars {
  readonly budgets?: readonly number[];
  readonly passN?: number;
  readonly noisy?: number;
  readonly resumeFrom?: string;
}

/** Reads everything that a run is to be from options, files and environment; ends the command where something does not fit. */
export async function wishOf(
  context: CommandContext,
  command: RunWish['command'],
  argv: readonly string[],
  options: ManyOptions & Particulars,
): Promise<RunWish> {
  const resolved = await resolvedConfiguration(command, context, options, {
    '--limit': { key: 'run.max_theorems', value: options.limit },
    '--concurrency': { key: 'run.concurrency', value: options.concurrency },
    '--notify': { key: 'run.notify', value: options.notify },
  });
  const { config } = resolved;
  const profile = findProfile(await providerProfiles(context, options), config.policy.provider);
  if (profile.kind === 'noSuchProfile') throw usage(profile.message);
  const earlier = await earlierRows(context, options.resumeFrom);
  const theorems = await theoremsOfRun({
    ...(earlier && { without: earlier.names }),
    reference: referenceOf(options),
    sample: options.sample,
    seed: config.search.seed,
    limit: config.run.max_theorems,
  });
  if (theorems.kind === 'unusable') throw usage(theorems.message);
  if (options.budgets !== undefined && options.maxNodes !== undefined)
    throw usage(
      `--budgets and --max-nodes ${options.maxNodes} are given; the largest budget is the number of expansions`,
    );
  if (earlier !== null && options.out === undefined)
    throw usage(
      `--resume-from ${earlier.file} needs --out: the file or folder in which old and new rows come together`,
    );
  return {
    command,
    argv,
    theorems,
    resolved,
    profile: profile.profile,
    ...(await identityOfValueModel(context, options, config)),
    budgets: options.budgets ?? [config.search.max_nodes],
    attempts: options.passN ?? 1,
    noisy: options.noisy ?? null,
    canaries: options.canaries,
    // A run may be resumed from another folder.
    out: options.out === undefined ? null : resolve(context.folder, options.out),
    resumedFrom: earlier && {
      file: earlier.file,
      theorems: theorems.asked.length - theorems.theorems.length,
      rows: earlier.rows,
    },
  };
}

/** The list with its split, as the manifest keeps it: a run of one half is never taken for one of the other. */
function referenceOf({ theorems, split }: ManyOptions): string {
  if (split === undefined) return theorems;
  const reference = withSplit(theorems, split);
  if (reference === null) throw usage(`--split ${split} is given, and --theorems ${theorems} names another split`);
  return reference;
}

interface EarlierRows {
  readonly file: string;
  readonly names: ReadonlySet<string>;
  readonly rows: number;
}

/** The theorems that a trajectory file has rows of; those that ended in an error have none, and are tried again. */
async function earlierRows(context: CommandContext, file: string | undefined): Promise<EarlierRows | null> {
  if (file === undefined) return null;
  const path = resolve(context.folder, file);
  const read = await readTheoremNames(path);
  if (read.kind === 'storageFailed') throw usage(`--resume-from: ${read.message}`);
  return { file: path, names: read.names, rows: read.rows };
}
