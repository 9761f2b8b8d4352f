import { Replacement } from '../../src/storage/atomic-file.ts';
import { storageFailure } from '../../src/storage/failure.ts';
import { writeArrow } from '../../src/trajectory/arrow.ts';
import type { RowFilter } from '../../src/trajectory/filter.ts';
import { type MergeResult, mergeTrajectories } from '../../src/trajectory/merge.ts';
import { type TextFormat, type TextSink, type TextWritten, writeRowsAsText } from '../../src/trajectory/text-rows.ts';
import { usage } from '../common-options.ts';
import { CommandExit, codeOfSignal } from '../context.ts';
import { storageExit } from '../open-recorded.ts';
import { report, type Target, wantedProved, wantedTheorems } from './options.ts';

/** Trajectory rows, filtered and merged. */
export async function exportRows(target: Target): Promise<void> {
  const { inputs, options, format, out } = target;
  if (options.source !== undefined && inputs.runs.length === 0)
    throw usage('--source needs a run: trajectory files do not say where their theorems come from');
  const filter: RowFilter = {
    theorems: wantedTheorems(target),
    proved: wantedProved(target),
    minSteps: options.minSteps,
    labels: options.label && new Set(options.label),
    maxDepth: options.maxDepth,
  };
  const written = await write(target, filter);
  if (written.kind === 'storageFailed') throw storageExit(written);
  if (written.kind === 'left') throw new CommandExit(codeOfSignal(target.context.signal.reason));
  const repeated = 'repeated' in written && written.repeated > 0 ? ` (${written.repeated} stood in more than one)` : '';
  const from = inputs.paths.length === 1 ? 'one file' : `${inputs.paths.length} files`;
  report(target, `${written.rows} rows of ${from}${repeated}${out === null ? '' : `, as ${format},`}`);
}

async function write(
  { inputs: { paths }, format, out, context }: Target,
  filter: RowFilter,
): Promise<MergeResult | TextWritten> {
  if (out !== null && format === 'parquet') return mergeTrajectories(paths, out, filter, context.signal);
  if (out !== null && format === 'arrow') return writeArrow(paths, out, filter);
  const print: TextSink = (text) => {
    if (text !== '') context.out(text.replace(/\n$/, ''));
  };
  if (out === null) return writeRowsAsText(paths, format as TextFormat, print, filter);
  const file = new Replacement(out);
  try {
    const written = await writeRowsAsText(paths, format as TextFormat, (text) => file.append(text), filter);
    if (written.kind === 'written') await file.commit();
    return written;
  } catch (error) {
    return storageFailure(error, out, 'write');
  } finally {
    await file.discard();
  }
}
