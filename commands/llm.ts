import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { registerMemory } from './llm/memory.ts';
import { registerStart } from './llm/start.ts';
import { registerStatus } from './llm/status.ts';
import { registerStop } from './llm/stop.ts';
import { registerSwap } from './llm/swap.ts';

/** `llm …`: the language model that proposes tactics. */
export function llmCommand(program: Command, context: CommandContext): void {
  const llm = program.command('llm').description('the language model that proposes tactics: its server');
  const serve = llm.command('serve').description('SGLang servers: start, stop, change weights, see how they are');
  registerStart(serve, context);
  registerStop(serve, context);
  registerSwap(serve, context);
  registerMemory(serve, context);
  registerStatus(serve, context);
}
