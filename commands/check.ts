import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Engine } from '../sessions/engine.ts';
import { readProofs, type SubmittedProof } from '../src/corpus/proof-input.ts';
import { problemOfTheorem } from '../src/corpus/theorem-problem.ts';
import type { JudgingEnded } from '../src/lean/verdict/judge.ts';
import { LEVELS, type Level } from '../src/lean/verdict/level.ts';
import { counts, type Verdict } from '../src/lean/verdict/verdict.ts';
import { whyFailed } from '../src/storage/failure.ts';
import { cleanLine, cleanText } from '../src/text/clean.ts';
import { printJson, usage, withCommonOptions, withWorkerOptions } from './common-options.ts';
import { configuration, type WorkerOptions } from './configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { requireEngine } from './engine-options.ts';

/** Characters that the lines for people show; the JSON has all. */
const SHOWN_NAME = 200;
const SHOWN_REASON = 4000;
const SHOWN_ENDING = 400;

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

/** What was checked, and what kept the rest of a file from being checked. */
interface Checks {
  readonly results: readonly Checked[];
  readonly stopped?: JudgingEnded;
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
    const checks =
      input.kind === 'proofs'
        ? { results: await checkProofs(engine, input.proofs, options.level) }
        : await checkFile(engine, input.source, where, options.level);
    report(context, checks, options, engine.toolchain);
  } finally {
    await engine.close();
  }
}

async function readText(context: CommandContext, file: string): Promise<string> {
  if (file === '-') return context.readInput();
  try {
    return await readFile(resolve(context.folder, file), 'utf8');
  } catch (error) {
    throw usage(`the file ${file} cannot be read: ${whyFailed(error)}`);
  }
}

async function checkProofs(engine: Engine, proofs: readonly SubmittedProof[], level: Level): Promise<Checked[]> {
  const results: Checked[] = [];
  for (const { name, statement, proof } of proofs) {
    // A printed goal, as trajectories and lists have it, is taken as a search takes it.
    const problem = await engine.settle(problemOfTheorem({ name, statement }, engine.imports));
    const unlike = problem.refusal?.message ?? problem.note;
    if (unlike !== undefined) {
      results.push(notJudged(name, unlike));
      continue;
    }
    const judged = await engine.judgeProof(problem, proof);
    if (judged.kind === 'verdict') results.push(checked(name, judged.verdict, level));
    else results.push(notJudged(name, `the statement does not elaborate: ${judged.message}`));
  }
  return results;
}

async function checkFile(engine: Engine, source: string, where: string, level: Level): Promise<Checks> {
  const judged = await engine.judgeFile(source);
  if (judged.kind === 'badFile') throw usage(`${where}: ${judged.message}`);
  const { stopped } = judged;
  const results = judged.verdicts.map((verdict) => ({
    ...checked(verdict.name, verdict, level),
    line: verdict.line,
  }));
  if (results.length === 0 && !stopped) throw usage(`${where} holds no theorem to check`);
  return { results, ...(stopped && { stopped }) };
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

function report(context: CommandContext, { results, stopped }: Checks, options: CheckOptions, toolchain: string): void {
  const accepted = results.filter((one) => one.accepted).length;
  const total = results.length;
  const { level } = options;
  if (options.json) {
    const ended = stopped && { stopped };
    printJson(context, { schema: 'proofdeck.check/1', results, ...ended, accepted, total, level, toolchain });
  } else if (options.jsonl) {
    for (const result of results) context.out(JSON.stringify(result));
    if (stopped) context.out(JSON.stringify({ stopped }));
  } else {
    for (const result of results) for (const line of checkedLines(result, level)) context.out(line);
    if (stopped) {
      const where = stopped.line === null ? '' : ` at line ${stopped.line}`;
      context.out(`! judging ended${where}: ${cleanLine(stopped.reason, ' ⏎ ', SHOWN_ENDING)}`);
    }
    context.out(`${accepted} of ${total} accepted at ${level} or above, ${toolchain}`);
  }
  if (accepted < total || stopped) throw new CommandExit(EXIT.notVerified);
}

/** One line on a proof; the rest of a longer reason stands below it, behind a bar, so that no text can pass for a line of ours. */
function checkedLines({ name, level, accepted, axioms, reason }: Checked, wanted: Level): readonly string[] {
  const shown = cleanLine(name, ' ⏎ ', SHOWN_NAME);
  if (accepted) return [`+ accepted ${level}  ${shown}  axioms: ${cleanLine(axioms.join(', ')) || 'none'}`];
  const [first = '', ...more] = cleanText(reason ?? `below ${wanted}`, SHOWN_REASON).split('\n');
  return [`x refused  ${level ?? '--'}  ${shown}  ${first}`, ...more.map((line) => `    | ${line}`)];
}
