import type { Command } from 'commander';
import { findInputs, type Series } from '../../sessions/trajectories/inputs.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { duration } from '../../src/text/quantity.ts';
import { type CachedEncoder, openCachedEncoder } from '../../src/value/encode/cached-encoder.ts';
import {
  type EncodedStates,
  type EncodeProgress,
  encodeTrajectories,
  FAILED_SHARE,
} from '../../src/value/encode/encode-trajectories.ts';
import { describeEncoder, encoderFingerprint } from '../../src/value/encode/identity.ts';
import { ENCODER_NAMES, openEncoder } from '../../src/value/encode/open.ts';
import { printJson, usage, wholeNumber, withCommonOptions } from '../common-options.ts';
import { configuration, engineProviders } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from '../context.ts';
import { seriesOption, trajectoriesOption } from '../input-options.ts';
import { storageExit } from '../open-recorded.ts';

interface EncodeOptions extends CommonOptions {
  readonly trajectories: readonly string[];
  readonly series: Series;
  readonly encoder: string;
  readonly batch?: number;
  readonly tactics?: boolean;
}

/** Milliseconds between two lines of progress. */
const noteEveryMs = 5000;

/** `ebm encode`: vectors of all states of trajectories, kept on disk. */
export function ebmEncodeCommand(ebm: Command, context: CommandContext): void {
  const command = withCommonOptions(ebm.command('encode'))
    .description('encode the states of trajectories; what has a vector already is left as it is')
    .addOption(trajectoriesOption().makeOptionMandatory())
    .addOption(seriesOption('all'))
    .option('--encoder <name>', ENCODER_NAMES, 'ngram')
    .option('--batch <n>', 'texts in one request to a server', wholeNumber(1))
    .option('--tactics', 'encode the tactics too, for heads that look at them');
  command.action((options: EncodeOptions) => encode(context, options));
}

async function encode(context: CommandContext, options: EncodeOptions): Promise<void> {
  const quiet = options.quiet === true;
  const config = await configuration('ebm encode', context, options);
  const source = await engineProviders(context, options, config, quiet);
  const inputs = await findInputs(source.home, context.folder, options.trajectories, options.series);
  if (inputs.kind === 'noInput') throw usage(`--trajectories: ${inputs.message}`);
  if (inputs.kind === 'storageFailed') throw storageExit(inputs);
  if (!quiet) for (const notice of inputs.notices) context.note(notice);
  const { signal } = context;
  const opened = await openEncoder(options.encoder, {
    ...source,
    signal,
    ...(options.batch !== undefined && { batch: options.batch }),
  });
  if (opened.kind === 'unknownEncoder') throw usage(`--encoder: ${opened.message}`);
  if (opened.kind === 'encoderUnavailable')
    throw signal.aborted ? stopped(signal) : new CommandExit(EXIT.missing, opened.message);
  const cached = await openCachedEncoder(opened.encoder, { home: source.home });
  if (cached.kind !== 'cached') {
    await opened.encoder.close();
    throw cached.kind === 'storageFailed' ? storageExit(cached) : new CommandExit(EXIT.missing, cached.message);
  }
  if (!quiet) context.note(describeEncoder(cached.encoder.identity));
  try {
    await encodeAll(context, options, inputs.paths, cached.encoder);
  } finally {
    await cached.encoder.close();
  }
}

async function encodeAll(
  context: CommandContext,
  options: EncodeOptions,
  paths: readonly string[],
  encoder: CachedEncoder,
): Promise<void> {
  const begunMs = performance.now();
  let notedMs = begunMs;
  let countedMs = begunMs;
  const result = await encodeTrajectories(paths, encoder, {
    signal: context.signal,
    tactics: options.tactics === true,
    onProgress: (progress) => {
      const nowMs = performance.now();
      if (progress.done === 0) countedMs = nowMs;
      if (options.quiet || nowMs - notedMs < noteEveryMs) return;
      notedMs = nowMs;
      context.note(progressLine(progress, nowMs - countedMs));
    },
  });
  if (result.kind === 'storageFailed') throw storageExit(result);
  const ms = Math.round(performance.now() - begunMs);
  if (options.json) printJson(context, document(result, encoder, ms));
  else for (const line of lines(result, encoder, ms)) context.out(line);
  const problem = problemOf(result, encoder, context);
  if (problem !== null) throw problem;
}

/** How far it is. States that have vectors take no time, so only the others say how long the rest takes. */
export function progressLine({ done, total, encoded, failed, left }: EncodeProgress, ms: number): string {
  const tried = encoded + failed;
  const rest = tried === 0 || left === 0 ? '' : `, about ${duration((left * ms) / tried)} left`;
  return `${done} of ${total} states, ${encoded} encoded, ${failed} failed${rest}`;
}

function document(result: EncodedStates, encoder: CachedEncoder, ms: number) {
  const { rows, finished, states, cached, encoded, failed, failures, ended } = result;
  const { disk, storage } = encoder.statistics();
  return {
    schema: 'proofdeck.ebm-encode/1',
    encoder: { ...encoder.identity, fingerprint: encoderFingerprint(encoder.identity) },
    ...{ rows, finished, states, cached, encoded, failed, failures, ms },
    statesPerSecond: ms === 0 ? null : Math.round((encoded * 1000) / ms),
    cache: disk,
    complete: ended === null,
    problem: ended?.message ?? storage?.message ?? null,
  };
}

function lines(result: EncodedStates, encoder: CachedEncoder, ms: number): readonly string[] {
  const { rows, finished, states, cached, encoded, failed, failures } = result;
  const { disk } = encoder.statistics();
  const rate = ms === 0 ? '' : `, ${Math.round((encoded * 1000) / ms)} a second`;
  return [
    `${states} states in ${rows} rows (${finished} of finished proofs)`,
    `${cached} had vectors, ${encoded} encoded${rate}, ${failed} failed`,
    ...failures.map(({ state, message }) => `  ${cleanLine(message, ' ', 200)}: ${cleanLine(state, ' ', 60)}`),
    `the cache holds ${disk?.states ?? 0} vectors of ${encoder.identity.width} numbers (${encoderFingerprint(encoder.identity).slice(0, 12)})`,
  ];
}

const AGAIN = 'the same command goes on from here';

const stopped = ({ reason }: AbortSignal): CommandExit => new CommandExit(codeOfSignal(reason), `stopped; ${AGAIN}`);

/** Why the command did not succeed; null when it did. */
function problemOf(result: EncodedStates, encoder: CachedEncoder, { signal }: CommandContext): CommandExit | null {
  const { ended, failed, states } = result;
  if (signal.aborted) return stopped(signal);
  if (ended !== null)
    return new CommandExit(ended.reason === 'server' ? EXIT.missing : EXIT.failed, `${ended.message}; ${AGAIN}`);
  const { storage } = encoder.statistics();
  if (storage !== null) return storageExit(storage);
  if (failed <= states * FAILED_SHARE) return null;
  const share = `${failed} of ${states} states have no vector (more than ${100 * FAILED_SHARE} %)`;
  return new CommandExit(EXIT.failed, `${share}: look at what the encoder said above`);
}
