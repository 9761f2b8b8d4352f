import { runCommand } from './program.ts';
import { terminalContext } from './terminal-context.ts';

const args = process.argv.slice(2);
process.exitCode = await runCommand(args, terminalContext());
