import type { Screen } from '../../../sessions/workbench.ts';
import { Controller } from '../../../views/controller.ts';
import { createTheme } from '../../../views/theme.ts';
import { ScriptedWorkbench } from '../../fixtures/scripted-workbench.ts';
import { plain } from '../../helpers/plain.ts';

/** A controller on a scripted workbench, its keys and its screen as text without colours. */
export interface Desk {
  readonly workbench: ScriptedWorkbench;
  readonly controller: Controller;
  readonly written: string[];
  readonly exited: () => boolean;
  screen(rows?: number, columns?: number): string;
  press(...keys: readonly string[]): Promise<void>;
}

/** A desk; its clock goes on by 3 s a look. */
export function desk(options: { steps?: number; screen?: Screen; ascii?: boolean; depth?: 0 | 24 } = {}): Desk {
  const workbench = new ScriptedWorkbench();
  if (options.steps !== undefined) workbench.open('s1', options.steps);
  let now = 0;
  const controller = new Controller({
    workbench,
    theme: createTheme({ depth: options.depth ?? 0, ascii: options.ascii ?? false }),
    screen: options.screen ?? 'search',
    now: () => (now += 3000),
  });
  const written: string[] = [];
  let exited = false;
  controller.terminal = {
    write: (sequence) => written.push(sequence),
    repaint: () => undefined,
    exit: () => {
      exited = true;
    },
  };
  const screen = (rows = 40, columns = 150): string => plain(controller.frame({ rows, columns })).join('\n');
  screen();
  return {
    workbench,
    controller,
    written,
    exited: () => exited,
    screen,
    press: async (...keys) => {
      for (const key of keys) controller.keys([key]);
      // What the workbench answers arrives in later turns of the event loop.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}
