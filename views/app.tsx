import { Box, render, Text, useApp, useInput, usePaste, useWindowSize } from 'ink';
import { memo, useEffect, useSyncExternalStore } from 'react';
import type { Screen, Workbench } from '../sessions/workbench.ts';
import type { KeyOverrides } from '../src/config/keys.ts';
import { ActionTable } from './actions/table.ts';
import { Controller } from './controller.ts';
import { keysOf } from './keys.ts';
import { Table } from './tables/ink-table.tsx';
import { terminalCapabilities } from './terminal.ts';
import { createTheme, readerTheme } from './theme.ts';

export interface AppOptions {
  /** Off: bold and reverse only. How many colours is read from the environment. */
  readonly color: boolean;
  /** Draw our own signs in ASCII; text of proofs stays as it is. */
  readonly ascii: boolean;
  /** Send changed lines only. Off for terminals that show some signs with odd widths. */
  readonly incremental: boolean;
  /** @default 'home' */
  readonly screen?: Screen;
  /** Leaving the Run screen leaves the program. */
  readonly isOneRun?: boolean;
  /** A person's own keys, as read by `parseKeys`. */
  readonly keys?: KeyOverrides;
  /** Leaves when aborted. */
  readonly signal?: AbortSignal;
}

/** Keys are drawn at once; Ink only keeps frames from coming faster than this. Data frames are held back by the controller. */
const maxFps = 60;

const Row = memo(function Row({ line }: { readonly line: string }) {
  return <Text wrap="truncate">{line}</Text>;
});

function App({ controller }: { readonly controller: Controller }) {
  const { rows, columns } = useWindowSize();
  const { suspendTerminal } = useApp();
  useSyncExternalStore(controller.subscribe, controller.version);
  useInput((input, key) => controller.keys(keysOf(input, key)));
  usePaste((text) => controller.paste(text));
  useEffect(() => {
    controller.sleep = () => void suspendTerminal(stopUntilContinued);
  }, [controller, suspendTerminal]);
  const lines = controller.frame({ rows, columns });
  const table = controller.table({ rows, columns });
  return (
    <Box height={rows} width={columns} flexDirection="column" overflow="hidden">
      {table ? (
        <>
          <Row line={lines[0] ?? ''} />
          <Box height={rows - 2} width={columns} flexDirection="column" overflow="hidden">
            <Table data={table} columns={['status', 'check', 'found', 'remedy']} />
          </Box>
          <Row line={lines.at(-1) ?? ''} />
        </>
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its row
        lines.map((line, row) => <Row key={row} line={line} />)
      )}
    </Box>
  );
}

/** The whole process group sleeps, the launcher and npm with it, so that the shell gets its terminal back. */
async function stopUntilContinued(): Promise<void> {
  process.kill(0, 'SIGTSTP');
  // The stop arrives before the next timer; this resolves after SIGCONT, or at once where nothing can stop us.
  await new Promise((resolve) => setTimeout(resolve, 50));
}

/**
 * Shows the workbench on the terminal until the person leaves; then the terminal is as it was. The workbench is left open.
 *
 * @example await runApp(workbench, { color: true, ascii: false, incremental: true })
 */
export async function runApp(workbench: Workbench, options: AppOptions): Promise<void> {
  const { colour } = terminalCapabilities(process.env, process.stdout);
  // The variable that Ink itself looks at.
  const linear = process.env.INK_SCREEN_READER === 'true';
  const controller = new Controller({
    workbench,
    theme: linear ? readerTheme : createTheme({ depth: options.color ? colour : 0, ascii: options.ascii }),
    ascii: options.ascii || linear,
    linear,
    table: new ActionTable(options.keys),
    now: () => performance.now(),
    ...(options.screen && { screen: options.screen }),
    ...(options.isOneRun && { isOneRun: true }),
  });
  // What was typed while the program loaded was echoed, and Ink draws from where that left the cursor.
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  if (!linear) process.stdout.write('\r');
  const app = render(<App controller={controller} />, {
    alternateScreen: !linear,
    incrementalRendering: options.incremental,
    maxFps,
    interactive: process.stdout.isTTY === true,
    exitOnCtrlC: false,
    patchConsole: true,
  });
  controller.terminal = {
    write: (sequence) => void process.stdout.write(sequence),
    repaint: () => {
      // Ink erases upwards from where it believes the cursor to be; put it there first.
      process.stdout.write(`\u001B[${process.stdout.rows};1H`);
      app.clear();
    },
    exit: () => app.unmount(),
  };
  const leave = () => app.unmount();
  options.signal?.addEventListener('abort', leave);
  if (options.signal?.aborted) leave();
  controller.start();
  try {
    await app.waitUntilExit();
  } finally {
    options.signal?.removeEventListener('abort', leave);
    controller.stop();
  }
}
