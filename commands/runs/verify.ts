import type { Command } from 'commander';
import { verifyRun } from '../../sessions/runs/verify-run.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count } from '../../src/text/quantity.ts';
import { printJson, withCommonOptions } from '../common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import { openRunOrExit } from '../follow-run.ts';
import { runArgument } from './argument.ts';

const progressMs = 30_000;

/** `runs verify`: checks a run against itself. */
export function registerVerify(runs: Command, context: CommandContext): void {
  withCommonOptions(runs.command('verify'))
    .description('run every recorded search again without Lean; compare logs, outcomes, trajectories and results')
    .argument('[run]', runArgument, 'last')
    .action((given: string, options: CommonOptions) => verify(context, given, options));
}

async function verify(context: CommandContext, given: string, options: CommonOptions): Promise<void> {
  const run = await openRunOrExit(context, options, given);
  let saidAt = Date.now();
  const result = await verifyRun(run, (done) => {
    if (options.quiet || Date.now() - saidAt < progressMs) return;
    saidAt = Date.now();
    context.note(`${done} of ${run.state.ended.length} searches`);
  });
  const { differences, searches, events, parts, rows, unwritten } = result;
  if (options.json)
    printJson(context, {
      schema: 'proofdeck.runs-verify/1',
      run: run.id,
      identical: differences.length === 0,
      ...result,
    });
  else {
    for (const { about, message } of differences) context.out(`x ${cleanLine(about)}: ${cleanLine(message)}`);
    const open = unwritten > 0 ? `; the rows of ${unwritten} searches are not written yet` : '';
    if (differences.length === 0)
      context.out(
        `+ ${run.id}: ${searches} searches identical (${count(events)} events), ${parts} part${parts === 1 ? '' : 's'} with ${count(rows)} rows match${open}`,
      );
  }
  if (differences.length > 0)
    throw new CommandExit(
      EXIT.notVerified,
      `run ${run.id}: ${differences.length} differences, the first: ${cleanLine(differences[0]?.about ?? '')}: ${cleanLine(differences[0]?.message ?? '')}`,
    );
}
