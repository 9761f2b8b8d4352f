import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { manifestFile } from '../../sessions/training/manifest.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { cleanLine } from '../../src/text/clean.ts';
import type { StateEncoder } from '../../src/value/encode/encoder.ts';
import { describeEncoder, encoderFingerprint } from '../../src/value/encode/identity.ts';
import { ENCODER_NAMES, openEncoder } from '../../src/value/encode/open.ts';
import { findParts, type ReferenceParts } from '../../src/value/encode/reference/find-parts.ts';
import { type ImportReport, importReference } from '../../src/value/encode/reference/import-reference.ts';
import { HEAD_FILE, modelsFolder } from '../../src/value/score/locate.ts';
import { printJson, usage, withCommonOptions } from '../common-options.ts';
import { configuration, engineProviders } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from '../context.ts';

interface ImportOptions extends CommonOptions {
  readonly name?: string;
  readonly encoder?: string;
  readonly weights?: string;
  readonly headConfig?: string;
  readonly embeddings?: string;
  readonly force?: boolean;
}

/** `ebm import`: a value model of the reference as one of ours. */
export function ebmImportCommand(ebm: Command, context: CommandContext): void {
  const command = withCommonOptions(ebm.command('import'))
    .description("take over a value model of burn-qed: its head's configuration and weights, and its embeddings")
    .argument(
      '[folder]',
      'its checkpoint folder: energy_head_config.json, final.mpk or final/model.mpk, embeddings.parquet',
    )
    .option('--head-config <file>', 'the energy_head_config.json, where it is elsewhere')
    .option('--weights <file>', 'the .mpk file, where it is elsewhere')
    .option('--embeddings <file>', 'the embeddings.parquet, where it is elsewhere')
    .option('--name <name>', 'what the model is to be called (default: as its folder)')
    .option('--encoder <name>', `what made the embeddings, if it runs; they are compared: ${ENCODER_NAMES}`)
    .option('--force', 'replace the model of that name');
  command.action((folder: string | undefined, options: ImportOptions) => importModel(context, folder, options));
}

async function importModel(context: CommandContext, folder: string | undefined, options: ImportOptions): Promise<void> {
  const parts = await partsOf(context, folder, options);
  const home = homeRoot(options.home, context.environment);
  const name = nameOf(context, folder, options);
  if (parts.weights !== null) refuseTaken(join(modelsFolder(home), name), name, options);
  const encoder = await encoderOf(context, options);
  try {
    const report = await importReference({ parts, name, home, encoder, signal: context.signal });
    if (options.json) printJson(context, document(name, report));
    else for (const line of lines(name, report)) context.out(line);
    const { aborted, reason } = context.signal;
    if (aborted) throw new CommandExit(codeOfSignal(reason));
    const bad = report.parts.filter(({ status }) => status === 'unreadable');
    const noHead = parts.weights === null ? null : report.noHead;
    if (bad.length > 0) throw new CommandExit(EXIT.failed, bad.map(({ message }) => message).join('; '));
    if (noHead !== null) throw new CommandExit(EXIT.failed, noHead);
  } finally {
    await encoder?.close();
  }
}

async function partsOf(
  context: CommandContext,
  folder: string | undefined,
  { headConfig, weights, embeddings }: ImportOptions,
): Promise<ReferenceParts> {
  const found =
    folder === undefined
      ? { config: null, weights: null, embeddings: null }
      : await findParts(resolve(context.folder, folder));
  const named = (option: string, given: string | undefined): string | undefined => {
    if (given === undefined) return undefined;
    const path = resolve(context.folder, given);
    if (!existsSync(path)) throw usage(`${option} ${given}: there is no such file`);
    return path;
  };
  const parts = {
    config: named('--head-config', headConfig) ?? found.config,
    weights: named('--weights', weights) ?? found.weights,
    embeddings: named('--embeddings', embeddings) ?? found.embeddings,
  };
  if (parts.weights === null && parts.embeddings === null)
    throw usage(
      folder === undefined
        ? 'name a checkpoint folder of burn-qed, or its files with --head-config, --weights and --embeddings'
        : `${cleanLine(folder)} holds neither weights (final.mpk, final/model.mpk, step_N) nor an embeddings.parquet`,
    );
  return parts;
}

/** A head beside the log and the checkpoints of another would be taken for theirs. */
function refuseTaken(folder: string, name: string, { force }: ImportOptions): void {
  if (existsSync(join(folder, manifestFile)))
    throw usage(`the model "${name}" was trained here, and is not replaced: choose another --name`);
  if (force !== true && existsSync(join(folder, HEAD_FILE)))
    throw usage(`there is a model "${name}" already: choose another --name, or replace it with --force`);
}

function nameOf(context: CommandContext, folder: string | undefined, { name }: ImportOptions): string {
  const wanted = name ?? (folder === undefined ? 'imported' : basename(resolve(context.folder, folder)));
  if (/^[\w.-]{1,100}$/.test(wanted) && !/^\.+$/.test(wanted)) return wanted;
  throw usage(`--name ${JSON.stringify(wanted)}: expected letters, digits, "_", "-" and "."`);
}

async function encoderOf(context: CommandContext, options: ImportOptions): Promise<StateEncoder | null> {
  if (options.encoder === undefined) return null;
  const config = await configuration('ebm import', context, options);
  const source = await engineProviders(context, options, config, options.quiet === true);
  const opened = await openEncoder(options.encoder, { ...source, signal: context.signal });
  if (opened.kind === 'unknownEncoder') throw usage(`--encoder: ${opened.message}`);
  if (opened.kind === 'encoderUnavailable') throw new CommandExit(EXIT.missing, opened.message);
  return opened.encoder;
}

const document = (name: string, { parts, encoder, embeddings, head, noHead }: ImportReport) => ({
  schema: 'proofdeck.ebm-import/1',
  name,
  parts,
  encoder: encoder === null ? null : { ...encoder, fingerprint: encoderFingerprint(encoder) },
  embeddings,
  head,
  noHead,
});

function lines(name: string, { parts, encoder, embeddings, head, noHead }: ImportReport): readonly string[] {
  return [
    ...parts.map(
      ({ part, status, message }) => `${part.padEnd(10)} ${status.padEnd(10)} ${cleanLine(message, ' ', 300)}`,
    ),
    ...(encoder === null ? [] : [`encoder    ${describeEncoder(encoder)}`]),
    ...(embeddings === null ? [] : [`cache      ${embeddings.added} new vectors in ${embeddings.folder}`]),
    head === null ? `head       ${noHead ?? ''}` : `head       ${head.file}; use it with --value ${name}`,
  ];
}
