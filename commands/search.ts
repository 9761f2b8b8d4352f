import type { Command } from 'commander';
import { numberOption } from './common-options.ts';
import type { CommandContext } from './context.ts';
import { argvOf, type ManyOptions, typedOptions, withManyOptions } from './many/options.ts';
import { startRun } from './many/start.ts';
import { wishOf } from './many/wish.ts';

interface SearchManyOptions extends ManyOptions {
  readonly noisy?: number;
  readonly resumeFrom?: string;
}

/** `search`: many theorems, whose searches become trajectories. */
export function searchCommand(program: Command, context: CommandContext): void {
  const command = program.command('search').description('search for proofs of many theorems and keep the trajectories');
  withManyOptions(command)
    .option('--out <folder or .parquet>', 'where the trajectories go besides the folder of the run')
    .option(
      '--resume-from <parquet>',
      'leave out the theorems that this file has rows of, and put its rows before the new ones',
    )
    .option('--noisy <temperature>', 'search every theorem a second time, at this temperature', numberOption(0))
    .action(async (options: SearchManyOptions, self: Command) => {
      const wish = await wishOf(context, 'search', argvOf(self), options);
      await startRun(context, options, wish, typedOptions(self));
    });
}
