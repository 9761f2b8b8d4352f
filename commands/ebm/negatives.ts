import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { distinct, proofsOfFile, proofsOfRuns, type TheoremProof } from '../../sessions/negatives/known-proofs.ts';
import { makeNegatives } from '../../sessions/negatives/make-negatives.ts';
import { survivalGate } from '../../sessions/negatives/negatives-tally.ts';
import { findRun, openRun } from '../../sessions/runs/run-reader.ts';
import type { Series } from '../../sessions/trajectories/inputs.ts';
import { readCorpus } from '../../src/corpus/panels.ts';
import { rateOf } from '../../src/run/wilson.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { Rng } from '../../src/value/data/rng.ts';
import { type NegativesSettings, negativesSettingsSchema } from '../../src/value/negatives/settings.ts';
import {
  numberOption,
  printJson,
  usage,
  wholeNumber,
  withCommonOptions,
  withWorkerOptions,
} from '../common-options.ts';
import { configuration, engineProviders, type WorkerOptions } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal } from '../context.ts';
import { requireEngine, requireProvider } from '../engine-options.ts';
import { seriesOption } from '../input-options.ts';
import { storageExit } from '../open-recorded.ts';
import { progressLine, resultLines } from './negatives-lines.ts';

interface NegativesOptions extends CommonOptions, WorkerOptions {
  readonly out: string;
  readonly theorems?: string;
  readonly series: Series;
  readonly numTheorems?: number;
  readonly minSteps: number;
  readonly candidates: number;
  readonly targetNegatives: number;
  readonly expansions: number;
  readonly temperature: number;
  readonly provider?: string;
  readonly concurrency?: number;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** `ebm negatives`: states beside known proofs, each tried for a proof of its own. */
export function ebmNegativesCommand(ebm: Command, context: CommandContext): void {
  const command = withWorkerOptions(withCommonOptions(ebm.command('negatives')))
    .description('walk known proofs in Lean and record the states beside them: dead ends, and other proofs')
    .argument('<source...>', 'runs (an id, a unique beginning, "last"), or JSON lines of proofs or proof paths')
    .requiredOption('--out <file>', 'the Parquet file for the rows')
    .option('--theorems <list>', 'where the statements of proof paths stand: a corpus, or a theorem list')
    .addOption(seriesOption('all', 'runs'))
    .option('--num-theorems <n>', 'only so many theorems, drawn by --seed', wholeNumber(1))
    .option('--min-steps <n>', 'only proofs of at least so many tactics', wholeNumber(1), 1)
    .option('--candidates <n>', 'candidates of the provider at each state', wholeNumber(0), 8)
    .option('--target-negatives <n>', 'negatives after which a proof is done', wholeNumber(1), 15)
    .option(
      '--expansions <n>',
      'expansions to look for a proof from each state beside it; 0 = call all of them negative',
      wholeNumber(0),
      3,
    )
    .option('--temperature <t>', 'sampling temperature', numberOption(0), 1)
    .option('--provider <name>', 'who proposes tactics: a profile of models.toml')
    .option('--concurrency <n>', 'proofs walked side by side (default: one for each worker)', wholeNumber(1))
    .option('--resume', 'go on with the file: keep its rows, leave out the proofs that they are of')
    .option('--force', 'replace the file if it exists')
    .option('--dry-run', 'say what would be walked, and do nothing');
  command.action((sources: readonly string[], options: NegativesOptions) => negatives(context, sources, options));
}

async function negatives(
  context: CommandContext,
  sources: readonly string[],
  options: NegativesOptions,
): Promise<void> {
  const out = resolve(context.folder, options.out);
  if (!out.endsWith('.parquet')) throw usage(`--out ${options.out}: the file has to end in .parquet`);
  if (existsSync(out) && !options.resume && !options.force)
    throw usage(`--out ${options.out} exists: go on with it (--resume), replace it (--force), or choose another file`);
  if (!existsSync(dirname(out))) throw usage(`--out ${options.out}: there is no folder ${dirname(out)}`);
  const config = await configuration('ebm negatives', context, options);
  const settings = settingsOf(options, config.search.seed, config.search.tactic_heartbeats);
  const found = await gather(context, sources, options);
  const proofs = chosen(found, options.numTheorems, settings.seed);
  if (proofs.length === 0)
    throw usage(
      `no proof of at least ${options.minSteps} tactics in ${sources.map((one) => cleanLine(one)).join(', ')}`,
    );
  const theorems = new Set(proofs.map(({ theorem }) => theorem.name)).size;
  const plan = `${proofs.length} proofs of ${theorems} theorems, ${settings.candidates} candidates and ${settings.probes.length} probes a state, ${settings.expansions} expansions beside, at most ${settings.targetNegatives} negatives each`;
  if (options.dryRun) {
    const document = {
      schema: 'proofdeck.ebm-negatives/1',
      dryRun: true,
      proofs: proofs.length,
      theorems,
      settings,
      out,
    };
    return options.json ? printJson(context, document) : context.out(plan);
  }
  context.outliveReader?.();
  const isQuiet = options.quiet === true;
  if (!isQuiet) context.note(plan);
  const providers = await engineProviders(context, options, config, isQuiet);
  const engine = await requireEngine(context, config.lean, isQuiet || options.json === true, providers);
  try {
    const provider = await requireProvider(context, engine, config.policy.provider);
    const begun = Date.now();
    let noted = begun;
    const made = await makeNegatives({
      engine,
      provider,
      proofs,
      settings,
      out,
      resume: options.resume === true,
      session: `negatives-${new Date(begun).toISOString()}`,
      concurrency: options.concurrency ?? engine.pool.workers,
      flushEvery: 20,
      flushMs: 30_000,
      now: Date.now,
      signal: context.signal,
      onProgress: (tally) => {
        if (isQuiet || Date.now() - noted < 5000) return;
        noted = Date.now();
        context.note(progressLine(tally, noted - begun));
      },
    });
    if (made.kind === 'storageFailed') throw storageExit(made);
    const ms = Date.now() - begun;
    const { tally, rows } = made;
    const survival = rateOf(tally.surviving, tally.walked);
    const gate = survivalGate(tally);
    if (options.json)
      printJson(context, {
        schema: 'proofdeck.ebm-negatives/1',
        ...tally,
        byDepth: [...tally.byDepth].sort(([a], [b]) => a - b).map(([depth, counts]) => ({ depth, ...counts })),
        rows,
        out,
        ms,
        survival: { ...survival, gate },
        settings,
        interrupted: made.interrupted,
      });
    else for (const line of resultLines(tally, rows, options.out, ms)) context.out(line);
    if (made.interrupted)
      throw new CommandExit(codeOfSignal(context.signal.reason), `stopped; go on with the same command and --resume`);
  } finally {
    await engine.close();
  }
}

function settingsOf(options: NegativesOptions, seed: number, heartbeats: number): NegativesSettings {
  const { candidates, targetNegatives, expansions, temperature } = options;
  return negativesSettingsSchema.parse({
    ...{ candidates, targetNegatives, expansions, temperature, seed },
    // A search may give a tactic more than one of thousands of tries is worth.
    heartbeats: Math.min(heartbeats, 20_000),
  });
}

async function gather(
  context: CommandContext,
  sources: readonly string[],
  options: NegativesOptions,
): Promise<readonly TheoremProof[]> {
  const home = homeRoot(options.home, context.environment);
  const statements = options.theorems === undefined ? null : await readCorpus(options.theorems);
  if (statements?.kind === 'unreadable') throw usage(`--theorems: ${statements.message}`);
  const theorems = statements && new Map(statements.theorems.map((one) => [one.name, one]));
  const proofs: TheoremProof[] = [];
  for (const source of sources) {
    const path = resolve(context.folder, source);
    if (existsSync(path) && /\.jsonl?$/.test(path)) {
      const read = await proofsOfFile(path, theorems, options.minSteps);
      if (read.kind === 'unusable') throw usage(read.message);
      for (const { theorem, message } of read.left) context.note(`left out ${cleanLine(theorem)}: ${message}`);
      proofs.push(...read.proofs);
      continue;
    }
    const run = await findRun(home, source);
    if (run.kind === 'noSuchRun') throw usage(`${source} is no file of proofs, and ${run.message}`);
    const opened = await openRun(home, run.id);
    if (opened.kind === 'noSuchRun') throw usage(opened.message);
    if (opened.kind === 'storageFailed') throw storageExit(opened);
    proofs.push(...proofsOfRuns([opened.run], options.series, options.minSteps));
  }
  return distinct(proofs);
}

/** All proofs of so many theorems. */
function chosen(proofs: readonly TheoremProof[], count: number | undefined, seed: number): readonly TheoremProof[] {
  const names = [...new Set(proofs.map(({ theorem }) => theorem.name))].sort();
  if (count === undefined || count >= names.length) return proofs;
  const order = Int32Array.from(names.keys());
  Rng.seeded(seed).shuffle(order);
  const wanted = new Set([...order.subarray(0, count)].map((i) => names[i]));
  return proofs.filter(({ theorem }) => wanted.has(theorem.name));
}
