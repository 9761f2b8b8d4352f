import type { SearchSettings } from '../src/search/settings.ts';
import { searchSettingsSchema } from '../src/search/settings.ts';
import { usage } from './common-options.ts';
import type { CommandContext, CommonOptions } from './context.ts';

export interface SearchOptions {
  readonly provider: string;
  readonly strategy?: string;
  readonly temperature?: number;
  readonly maxNodes?: number;
  readonly maxDepth?: number;
  readonly timeout?: number;
  readonly numCandidates?: number;
  readonly block: readonly string[];
}

/** The settings of a search from the configuration files, the environment and the command line. */
export async function searchSettings(
  _context: CommandContext,
  options: SearchOptions & CommonOptions,
): Promise<SearchSettings> {
  const flags = {
    strategy: options.strategy,
    temperature: options.temperature,
    max_nodes: options.maxNodes,
    max_depth: options.maxDepth,
    timeout: options.timeout,
    num_candidates: options.numCandidates,
    block: options.block.length > 0 ? options.block : undefined,
    seed: options.seed,
  };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const parsed = searchSettingsSchema.safeParse(given);
  if (!parsed.success) throw usage(parsed.error.message);
  return parsed.data;
}
