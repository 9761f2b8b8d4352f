import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { registerControl } from './runs/control.ts';
import { registerDelete } from './runs/delete.ts';
import { registerExport } from './runs/export.ts';
import { registerImport } from './runs/import.ts';
import { registerList } from './runs/list.ts';
import { registerShow } from './runs/show.ts';
import { registerVerify } from './runs/verify.ts';

/** `runs …`: runs on disk, and wishes for those that go on. */
export function runsCommand(program: Command, context: CommandContext): void {
  const runs = program.command('runs').description('runs: what is on disk, reports, control of those that go on');
  registerList(runs, context);
  registerShow(runs, context);
  registerVerify(runs, context);
  registerControl(runs, context);
  registerExport(runs, context);
  registerImport(runs, context);
  registerDelete(runs, context);
}
