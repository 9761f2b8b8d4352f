import { EXIT } from './context.ts';
import { runCommand } from './program.ts';
import { terminalContext } from './terminal-context.ts';

const args = process.argv.slice(2);
// A reader that goes away (`| head`) ends us quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
);
process.exitCode = await runCommand(args, terminalContext());
