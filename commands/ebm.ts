import type { Command } from 'commander';
import type { CommandContext, RegisterCommand } from './context.ts';
import { ebmEncodeCommand } from './ebm/encode.ts';
import { ebmImportCommand } from './ebm/import.ts';
import { ebmNegativesCommand } from './ebm/negatives.ts';
import { ebmProbeCommand } from './ebm/probe.ts';
import { ebmScoreCommand } from './ebm/score.ts';
import { ebmTrainCommand } from './ebm/train.ts';

/** The commands of the value model, in the order of the help text. */
const EBM_COMMANDS: readonly RegisterCommand[] = [
  ebmEncodeCommand,
  ebmTrainCommand,
  ebmScoreCommand,
  ebmNegativesCommand,
  ebmProbeCommand,
  ebmImportCommand,
];

/** `ebm`: the value model, from embeddings to its inspection. */
export function ebmCommand(program: Command, context: CommandContext): void {
  const ebm = program.command('ebm').description('the value model: train it, score states with it, see what it knows');
  for (const register of EBM_COMMANDS) register(ebm, context);
}
