import { type Command, Option } from 'commander';
import type { Series } from '../../sessions/trajectories/inputs.ts';
import type { ConfigSources } from '../../src/config/resolve.ts';
import { ENCODER_NAMES } from '../../src/value/encode/open.ts';
import { numberOption, wholeNumber, withCommonOptions } from '../common-options.ts';
import type { CommonOptions } from '../context.ts';
import { seriesOption, trajectoriesOption } from '../input-options.ts';

export interface TrainOptions extends CommonOptions {
  readonly trajectories?: readonly string[];
  readonly series: Series;
  readonly name?: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly detach?: boolean;
  readonly encoder?: string;
  readonly variant?: string;
  readonly hidden?: readonly number[];
  readonly dropout?: number;
  readonly spectralNorm?: boolean;
  readonly steps?: number;
  readonly lr?: number;
  readonly batchSize?: number;
  readonly kNegatives?: number;
  readonly lossType?: string;
  readonly margin?: number;
  readonly depthWeight?: number;
  readonly hardRatio?: number;
  readonly mediumRatio?: number;
  readonly valBatches?: number;
  readonly finalValHardRatio?: number;
  readonly finalValMediumRatio?: number;
  readonly earlyStop?: number;
  readonly threads?: number;
  readonly device?: string;
}

/** The options of `ebm train`. Those that say how a head is trained have a key in the section `[value]`. */
export function withTrainOptions(command: Command): Command {
  return withCommonOptions(command)
    .addOption(trajectoriesOption())
    .addOption(seriesOption('all'))
    .option('--name <name>', 'what searches call the model (default: the time)')
    .option('--out <folder>', 'folder of the model (default: models/ebm/<name> in the home)')
    .option('--resume', 'go on with the training of that name, with its own settings')
    .option('--detach', 'do it in a process of its own, and print the folder of the model')
    .option('--encoder <name>', ENCODER_NAMES)
    .addOption(new Option('--variant <name>', 'what the head looks at').choices(['state', 'goal', 'tactic']))
    .option('--hidden <widths>', 'widths of the hidden layers, separated by commas', widths)
    .option('--dropout <share>', 'share of hidden units left out', numberOption(0))
    .option('--spectral-norm', 'divide weights by their largest singular value')
    .option('--steps <n>', 'training steps', wholeNumber(1))
    .option('--lr <rate>', 'highest learning rate', numberOption(0))
    .option('--batch-size <n>', 'positives in a step', wholeNumber(1))
    .option('--k-negatives <n>', 'negatives for each positive', wholeNumber(1))
    .addOption(
      new Option('--loss-type <name>', 'the contrastive loss').choices(['info_nce', 'margin_ranking', 'mixed']),
    )
    .option('--margin <energy>', 'margin of margin_ranking', numberOption(0))
    .option('--depth-weight <w>', 'weight of the depth regression; 0 = none', numberOption(0))
    .option('--hard-ratio <share>', 'share of negatives that are siblings of states on a proof', numberOption(0))
    .option('--medium-ratio <share>', 'share of others of the same theorem', numberOption(0))
    .option('--val-batches <n>', 'batches of a validation pass', wholeNumber(1))
    .option('--final-val-hard-ratio <share>', 'the same shares in validation', numberOption(0))
    .option('--final-val-medium-ratio <share>', 'the same shares in validation', numberOption(0))
    .option('--early-stop <n>', 'validation passes that rank no better before it stops; 0 = never', wholeNumber(0))
    .option('--threads <n>', 'threads of ONNX Runtime; 0 = one for each core', wholeNumber(0))
    .addOption(new Option('--device <name>', 'where it is computed').choices(['auto', 'cpu', 'cuda']));
}

/** Options that make the training another one, by their names in code; one that is gone on with has its own. */
export const SETTING_OPTIONS: ReadonlySet<string> = new Set([
  'trajectories',
  'series',
  'seed',
  'config',
  'set',
  ...Object.keys(settingKeys({})).flatMap((option) =>
    option === '--threads' || option === '--device' ? [] : [attribute(option)],
  ),
]);

/** What each option sets. */
export function settingKeys(options: Partial<TrainOptions>): NonNullable<ConfigSources['options']> {
  return {
    '--encoder': { key: 'value.encoder', value: options.encoder },
    '--variant': { key: 'value.variant', value: options.variant },
    '--hidden': { key: 'value.hidden', value: options.hidden },
    '--dropout': { key: 'value.dropout', value: options.dropout },
    '--spectral-norm': { key: 'value.spectral_norm', value: options.spectralNorm },
    '--steps': { key: 'value.steps', value: options.steps },
    '--lr': { key: 'value.lr', value: options.lr },
    '--batch-size': { key: 'value.batch_size', value: options.batchSize },
    '--k-negatives': { key: 'value.k_negatives', value: options.kNegatives },
    '--loss-type': { key: 'value.loss_type', value: options.lossType },
    '--margin': { key: 'value.margin', value: options.margin },
    '--depth-weight': { key: 'value.depth_weight', value: options.depthWeight },
    '--hard-ratio': { key: 'value.hard_ratio', value: options.hardRatio },
    '--medium-ratio': { key: 'value.medium_ratio', value: options.mediumRatio },
    '--val-batches': { key: 'value.val_batches', value: options.valBatches },
    '--final-val-hard-ratio': { key: 'value.final_val_hard_ratio', value: options.finalValHardRatio },
    '--final-val-medium-ratio': { key: 'value.final_val_medium_ratio', value: options.finalValMediumRatio },
    '--early-stop': { key: 'value.early_stop', value: options.earlyStop },
    '--threads': { key: 'value.threads', value: options.threads },
    '--device': { key: 'value.device', value: options.device },
  };
}

/** `--batch-size` → `batchSize`. */
function attribute(option: string): string {
  return option.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `2048,1024,512`; `none` means that there is no hidden layer. */
function widths(text: string): readonly number[] {
  if (text.trim() === 'none') return [];
  const parse = wholeNumber(1);
  return text.split(',').map((part) => parse(part.trim()));
}
