import { resolve } from 'node:path';
import type { Command } from 'commander';
import { importRun } from '../../sessions/runs/import-run.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { printJson, usage, withCommonOptions } from '../common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import { storageExit } from '../open-recorded.ts';

/** `runs import`: a run from another machine. */
export function registerImport(runs: Command, context: CommandContext): void {
  withCommonOptions(runs.command('import'))
    .description('take in an exported run, or the folder of one')
    .argument('<file>', 'what "runs export --format tar" wrote, or the folder of a run')
    .action((file: string, options: CommonOptions) => take(context, file, options));
}

async function take(context: CommandContext, file: string, options: CommonOptions): Promise<void> {
  const home = homeRoot(options.home, context.environment);
  const imported = await importRun(home, resolve(context.folder, file));
  if (imported.kind === 'exists') throw usage(imported.message);
  if (imported.kind === 'refused') throw new CommandExit(EXIT.notVerified, cleanLine(imported.message));
  if (imported.kind === 'storageFailed') throw storageExit(imported);
  if (options.json)
    return printJson(context, {
      schema: 'proofdeck.runs-import/1',
      run: imported.id,
      files: imported.files,
      notes: imported.notes,
    });
  context.out(imported.id);
  if (options.quiet) return;
  for (const note of imported.notes) context.note(cleanLine(note));
  context.note(`imported with ${imported.files} files; check it with: proofdeck runs verify ${imported.id}`);
}
