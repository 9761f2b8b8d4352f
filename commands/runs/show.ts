import type { Command } from 'commander';
import { runDocument } from '../../sessions/runs/run-document.ts';
import type { RunReader } from '../../sessions/runs/run-reader.ts';
import { buildReport } from '../../src/run/report/build.ts';
import { renderLines } from '../../src/run/report/text.ts';
import type { JobRecord } from '../../src/run/state.ts';
import { tallyRun } from '../../src/run/tally.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { duration } from '../../src/text/quantity.ts';
import { width } from '../../views/text/width.ts';
import { printJson, usage, withCommonOptions } from '../common-options.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { openRunOrExit } from '../follow-run.ts';
import { proofLines } from '../proof-lines.ts';
import { runArgument } from './argument.ts';
import { unknownTheorem } from './unknown-theorem.ts';

interface ShowOptions extends CommonOptions {
  readonly theorem?: string;
  readonly proofs?: boolean;
}

/** `runs show`: everything about one run, or one theorem of it. */
export function registerShow(runs: Command, context: CommandContext): void {
  withCommonOptions(runs.command('show'))
    .description('one run: result, chosen settings with their origins, errors with examples; or one of its theorems')
    .argument('[run]', runArgument, 'last')
    .option('--theorem <name>', 'the attempts for this theorem: what Lean said, and the proof')
    .option('--proofs', 'the proofs too')
    .action((given: string, options: ShowOptions) => show(context, given, options));
}

async function show(context: CommandContext, given: string, options: ShowOptions): Promise<void> {
  const run = await openRunOrExit(context, options, given);
  if (options.theorem !== undefined) return showTheorem(context, run, options.theorem, options);
  if (options.json)
    return printJson(context, {
      schema: 'proofdeck.runs-show/1',
      ...runDocument(run, Date.now()),
      manifest: run.manifest,
      parts: run.state.parts,
    });
  const now = Date.now();
  const { manifest, state, theorems, isInterrupted: interrupted } = run;
  const tally = tallyRun(manifest, state, { now, live: run.holder === null ? null : run.live });
  const source = { manifest, theorems, state, tally, interrupted, comparison: null, now };
  const report = buildReport(source, { proofs: options.proofs === true, settings: 'chosen' });
  for (const line of renderLines(report, width)) context.out(line);
}

function showTheorem(context: CommandContext, run: RunReader, name: string, options: ShowOptions): void {
  const records = [...run.state.jobs.values()].filter(({ job }) => job.theorem === name);
  const [first] = records;
  if (first === undefined) throw usage(unknownTheorem(run, name));
  const { statement, source } = first.job;
  if (options.json) {
    printJson(context, {
      schema: 'proofdeck.runs-show-theorem/1',
      run: run.id,
      theorem: name,
      statement,
      source: source ?? null,
      attempts: records.map(({ job, progress, tries }) => ({
        job: job.id,
        kind: job.kind,
        attempt: job.attempt,
        seed: job.seed,
        temperature: job.temperature,
        log: job.log,
        tries,
        status: progress.kind,
        outcome: progress.kind === 'ended' ? progress.outcome : null,
      })),
    });
    return;
  }
  context.out(`${cleanLine(name)}${source === undefined ? '' : `  (${cleanLine(source)})`}`);
  context.out(`    ${cleanLine(statement)}`);
  for (const record of records) for (const line of attemptLines(record)) context.out(line);
  context.out(`the whole search: proofdeck replay ${run.id} --theorem ${JSON.stringify(cleanLine(name))}`);
}

function* attemptLines({ job, progress, tries }: JobRecord): Generator<string> {
  const what = job.kind === 'theorem' ? `attempt ${job.attempt}` : job.kind === 'noisy' ? 'noisy search' : 'canary';
  const again = tries > 1 ? `, begun ${tries} times` : '';
  const head = `${what} (seed ${job.seed}, temperature ${job.temperature}${again})`;
  if (progress.kind !== 'ended') {
    yield `. ${head}: ${progress.kind}`;
    return;
  }
  const { outcome } = progress;
  const { status, level, accepted, refused, reason, error } = outcome;
  yield `${accepted ? '+' : 'x'} ${head}: ${status}${level === null ? '' : ` ${level}`}: ${cleanLine(reason)}`;
  yield `    ${outcome.expansions} expansions, ${outcome.nodes} states, depth ${outcome.maxDepth}, ${duration(outcome.timeMs.total)}`;
  if (refused !== undefined) yield `    ! closed, not verified: ${cleanLine(refused)}`;
  if (error !== undefined) yield `    ${error.stage}, ${cleanLine(error.category)}: ${cleanLine(error.message)}`;
  if (accepted) yield `    axioms: ${outcome.axioms.map((axiom) => cleanLine(axiom)).join(', ') || 'none'}`;
  yield* proofLines(outcome.proof ?? []);
}
