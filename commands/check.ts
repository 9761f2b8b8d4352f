import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Engine } from '../sessions/engine.ts';
import { readProofs, type SubmittedProof } from '../src/corpus/proof-input.ts';
import { LEVELS, type Level } from '../src/lean/verdict/level.ts';
import { counts, type Verdict } from '../src/lean/verdict/verdict.ts';
import { cleanText } from '../src/text/clean.ts';
import { printJson, usage, withCommonOptions, withWorkerOptions } from './common-options.ts';
import { configuration, type WorkerOptions } from './configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { requireEngine } from './engine-options.ts';

interface CheckOptions extends CommonOptions, WorkerOptions {
  readonly level: Level;
}

interface Checked {
  readonly name: string;
  readonly level: Level | null;
  readonly accepted: boolean;
  readonly axioms: readonly string[];
  readonly axiomsBehindLibrary: string;
  readonly selfUse: boolean;
  readonly reason?: string;
  readonly line?: number;
}

/** `check`: the verdict of finished proofs. */
export function checkCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('check')
    .description('verify finished proofs and say how far each is to be believed')
    .argument(
      '<file>',
      'a Lean file, JSON lines or a JSON array of {"name","statement","proof"}; "-" reads standard input',
    )
    .addOption(new Option('--level <level>', 'lowest level that is accepted').choices([...LEVELS]).default('V2'));
  withWorkerOptions(withCommonOptions(command)).action((file: string, options: CheckOptions) =>
    check(context, file, options),
  );
}

async function check(context: CommandContext, file: string, options: CheckOptions): Promise<void> {
  const where = file === '-' ? 'standard input' : file;
  const input = readProofs(await readText(context, file), where);
  if (input.kind === 'unreadable') throw usage(input.message);
  const config = await configuration('check', context, options);
  const engine = await requireEngine(context, config.lean, options.quiet === true || options.json === true);
  try {
    const results =
      input.kind === 'proofs'
        ? await checkProofs(engine, input.proofs, options.level)
        : await checkFile(engine, input.source, where, options.level);
    report(context, results, options, engine.toolchain);
  } finally {
    await engine.close();
  }
}

async function readText(context: CommandContext, file: string): Promise<string> {
  if (file === '-') return context.readInput();
  try {
    return await readFile(resolve(context.folder, file), 'utf8');
  } catch (error) {
    throw usage(`the file ${file} cannot be read: ${(error as Error).message}`);
  }
}

async function checkProofs(engine: Engine, proofs: readonly SubmittedProof[], level: Level): Promise<Checked[]> {
  const results: Checked[] = [];
  for (const { name, statement, proof } of proofs) {
    const judged = await engine.judgeProof({ name, statement }, proof);
    if (judged.kind === 'verdict') results.push(checked(name, judged.verdict, level));
    else results.push(notJudged(name, `the statement does not elaborate: ${judged.message}`));
  }
  return results;
}

async function checkFile(engine: Engine, source: string, where: string, level: Level): Promise<Checked[]> {
  const judged = await engine.judgeFile(source);
  if (judged.kind === 'badFile') throw usage(`${where}: ${judged.message}`);
  const results: Checked[] = judged.verdicts.map((verdict) => ({
    ...checked(verdict.name, verdict, level),
    line: verdict.line,
  }));
  if (judged.stopped !== undefined) results.push({ ...notJudged('', judged.stopped), line: 0 });
  if (results.length === 0) throw usage(`${where} holds no theorem to check`);
  return results;
}

function notJudged(name: string, reason: string): Checked {
  return { name, level: null, accepted: false, axioms: [], axiomsBehindLibrary: 'unknown', selfUse: false, reason };
}

function checked(name: string, verdict: Verdict, level: Level): Checked {
  const { axioms, axiomsBehindLibrary, selfUse, reason } = verdict;
  return {
    name,
    level: verdict.level,
    accepted: counts(verdict, level),
    axioms,
    axiomsBehindLibrary,
    selfUse,
    ...(reason !== undefined && { reason }),
  };
}

function report(context: CommandContext, results: readonly Checked[], options: CheckOptions, toolchain: string): void {
  const accepted = results.filter((one) => one.accepted).length;
  const total = results.length;
  if (options.json) {
    printJson(context, { schema: 'proofdeck.check/1', results, accepted, total, level: options.level, toolchain });
  } else if (options.jsonl) {
    for (const result of results) context.out(JSON.stringify(result));
  } else {
    for (const { name, level, accepted: ok, axioms, reason } of results) {
      const word = ok ? '+ accepted' : 'x refused ';
      const facts = ok ? `axioms: ${axioms.join(', ') || 'none'}` : cleanText(reason ?? `below ${options.level}`);
      context.out(`${word} ${level ?? '--'}  ${cleanText(name)}  ${facts}`);
    }
    context.out(`${accepted} of ${total} accepted at ${options.level} or above, ${toolchain}`);
  }
  if (accepted < total) throw new CommandExit(EXIT.notVerified);
}
