import type { Command } from 'commander';
import { wholeNumber } from './common-options.ts';
import type { CommandContext } from './context.ts';
import { argvOf, budgetList, type ManyOptions, typedOptions, withManyOptions } from './many/options.ts';
import { startRun } from './many/start.ts';
import { wishOf } from './many/wish.ts';

interface EvalOptions extends ManyOptions {
  readonly budgets?: readonly number[];
  readonly passN?: number;
}

/** `eval`: how many of a list are proved, at several budgets and with several attempts. */
export function evalCommand(program: Command, context: CommandContext): void {
  const command = program.command('eval').description('measure how many theorems of a list are proved');
  withManyOptions(command)
    .option('--budgets <list>', 'expansions, such as 100,300 (default: --max-nodes)', budgetList)
    .option('--pass-n <n>', 'attempts for each theorem', wholeNumber(1))
    .option('--out <file>', 'where the result document goes besides the folder of the run')
    .action(async (options: EvalOptions, self: Command) => {
      const wish = await wishOf(context, 'eval', argvOf(self), options);
      await startRun(context, options, wish, typedOptions(self));
    });
}
