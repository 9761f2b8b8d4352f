import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasCode, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { findRun, openRun, type RunReader } from '../runs/run-reader.ts';

/** Which of a run's tables: that of its attempts, that of its noisy searches, or both. */
export type Series = 'main' | 'noisy' | 'all';

export interface TrajectoryInputs {
  readonly kind: 'inputs';
  /** Files in the order in which they were named, each once. */
  readonly paths: readonly string[];
  /** The runs among what was named. */
  readonly runs: readonly RunReader[];
  /** Whether runs are all that was named. */
  readonly onlyRuns: boolean;
  /** What a person should know: searches that are in no file yet, files that were left out. */
  readonly notices: readonly string[];
}

export type InputsResult = TrajectoryInputs | { readonly kind: 'noInput'; readonly message: string } | StorageFailed;

/**
 * Finds what is meant by files, folders of parts, patterns (`parts/*.parquet`) and runs (an id, a unique beginning, `last`).
 * What exists as a file or folder is taken as that.
 * @param folder what relative paths start from
 */
export async function findInputs(
  home: string,
  folder: string,
  given: readonly string[],
  series: Series,
): Promise<InputsResult> {
  const paths = new Set<string>();
  const runs = new Map<string, RunReader>();
  const notices: string[] = [];
  let onlyRuns = true;
  for (const name of given) {
    const found = await findInput(home, folder, name, series);
    if (found.kind !== 'inputs') return found;
    for (const path of found.paths) paths.add(path);
    for (const run of found.runs) runs.set(run.id, run);
    notices.push(...found.notices);
    onlyRuns &&= found.onlyRuns;
  }
  return { kind: 'inputs', paths: [...paths], runs: [...runs.values()], onlyRuns, notices };
}

async function findInput(home: string, folder: string, name: string, series: Series): Promise<InputsResult> {
  const path = resolve(folder, name);
  const kind = await kindOf(path);
  if (kind === 'file') return files([path]);
  if (kind === 'folder') return partsIn(path, series);
  if (kind !== 'none') return kind;
  if (/[*?[{]/.test(name)) {
    const matching: string[] = [];
    for await (const one of glob(name, { cwd: folder })) matching.push(resolve(folder, one));
    return matching.length > 0 ? files(matching.sort()) : { kind: 'noInput', message: `no file matches ${name}` };
  }
  const run = await findRun(home, name);
  if (run.kind === 'noSuchRun')
    return { kind: 'noInput', message: `there is no file or folder ${JSON.stringify(name)}, and ${run.message}` };
  const opened = await openRun(home, run.id);
  if (opened.kind === 'noSuchRun') return { kind: 'noInput', message: opened.message };
  return opened.kind === 'run' ? partsOfRun(opened.run, series) : opened;
}

const files = (paths: readonly string[]): TrajectoryInputs => ({
  kind: 'inputs',
  paths,
  runs: [],
  onlyRuns: false,
  notices: [],
});

async function kindOf(path: string): Promise<'file' | 'folder' | 'none' | StorageFailed> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'ENAMETOOLONG')) return 'none';
    return storageFailure(error, path, 'read');
  }
}

/** Parts by their names; what is being written has another ending. A run's own folder has them one level below. */
async function partsIn(folder: string, series: Series): Promise<InputsResult> {
  const inner = join(folder, 'trajectories');
  const where = (await kindOf(inner)) === 'folder' ? inner : folder;
  const names = (await readdir(where)).filter((name) => name.endsWith('.parquet')).sort();
  if (names.length === 0) return { kind: 'noInput', message: `there is no .parquet file in ${where}` };
  const wanted = names.filter((name) => isOf(series, isNoisyFile(name)));
  const left = names.length - wanted.length;
  const notices =
    left === 0 ? [] : [`${left} of ${names.length} files in ${where} are of the other series: --series all takes both`];
  return { ...files(wanted.map((name) => join(where, name))), notices };
}

function partsOfRun(run: RunReader, series: Series): TrajectoryInputs {
  const { parts, jobs, ended } = run.state;
  const wanted = parts.filter((part) => isOf(series, part.series === 'noisy'));
  const written = new Set(parts.flatMap((part) => part.jobs));
  const missing = ended.filter((id) => !written.has(id) && jobs.get(id)?.job.kind !== 'canary').length;
  const notices = [
    ...(missing === 0 ? [] : [`run ${run.id}: ${missing} searches have ended and are in no part yet`]),
    ...(wanted.length === parts.length || wanted.length > 0
      ? []
      : [`run ${run.id} has no ${series} series: --series all takes both`]),
  ];
  const paths = wanted.map(({ file }) => run.file(...file.split('/')));
  return { kind: 'inputs', paths, runs: [run], onlyRuns: true, notices };
}

/** A part of a run (`noisy-00001`), the same under the name of its run (`<run>-noisy-00001`), or a table (`<out>_noisy`). */
const isNoisyFile = (name: string): boolean => /(^|[-_])noisy(-\d+)?\.parquet$/.test(name);

const isOf = (series: Series, noisy: boolean): boolean => series === 'all' || (series === 'noisy') === noisy;
