import type { Command } from 'commander';
import type { DoctorContext } from '../src/doctor/check.ts';
import type { DoctorResult } from '../src/doctor/diagnose.ts';
import { cacheRoot, homeRoot } from '../src/storage/paths.ts';
import { terminalCapabilities } from '../views/terminal.ts';
import { printJson, withCommonOptions } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';

/** `doctor`: what is there on this machine, what is not, and what to do about it. */
export function doctorCommand(program: Command, context: CommandContext): void {
  withCommonOptions(program.command('doctor'))
    .description('what is installed and how well it fits: versions, memory, folders, known bad toolchains, remedies')
    .action((options: CommonOptions) => doctor(context, options));
}

async function doctor(context: CommandContext, options: CommonOptions): Promise<void> {
  const { diagnose, lacksNeeded } = await import('../src/doctor/diagnose.ts');
  const results = await diagnose(doctorContext(context, options.home));
  if (options.json) {
    printJson(context, { schema: 'proofdeck.doctor/1', ready: !lacksNeeded(results), checks: results });
  } else {
    for (const line of table(results)) context.out(line);
  }
  if (lacksNeeded(results)) {
    const names = results.filter((one) => one.needed && one.status === 'missing').map(({ name }) => name);
    throw new CommandExit(EXIT.missing, `searches cannot run here yet: ${names.join(', ')}; see the remedies above`);
  }
}

/** What the checks look at. */
export function doctorContext(context: CommandContext, home: string | undefined): DoctorContext {
  const { environment, folder, signal } = context;
  const terminal = terminalCapabilities(environment, { isTTY: context.interactive });
  return {
    environment,
    folder,
    home: homeRoot(home, environment),
    cacheRoot: cacheRoot(environment),
    terminal,
    signal,
  };
}

/** The same signs as on the screen; `-` is what is not there and need not be. */
const SIGNS = { ok: '+', warning: '!', missing: '-' } as const;
const WORDS = { ok: 'ok', warning: 'warning', missing: 'missing' } as const;

function table(results: readonly DoctorResult[]): readonly string[] {
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines: string[] = [];
  let group = '';
  for (const result of results) {
    if (result.group !== group) lines.push(...(group === '' ? [] : ['']), result.group);
    group = result.group;
    const sign = result.needed && result.status === 'missing' ? 'x' : SIGNS[result.status];
    lines.push(`  ${sign} ${result.name.padEnd(width)}  ${WORDS[result.status].padEnd(7)}  ${result.found}`);
    if (result.remedy !== undefined && result.status !== 'ok') lines.push(`${' '.repeat(width + 15)}${result.remedy}`);
  }
  const count = (status: DoctorResult['status']): number => results.filter((one) => one.status === status).length;
  lines.push('', `${count('ok')} ok, ${count('warning')} warnings, ${count('missing')} not there`);
  return lines;
}
