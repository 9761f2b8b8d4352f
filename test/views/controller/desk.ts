import type { Screen } from '../../../sessions/workbench.ts';
import { Controller } from '../../../views/controller.ts';
import { createTheme } from '../../../views/theme.ts';
import { drive } from '../../fixtures/driven-controller.ts';
import { ScriptedWorkbench } from '../../fixtures/scripted-workbench.ts';

/** A controller on a scripted workbench and a person at it, who has seen the screen once; its clock goes on by 3 s a look. */
export function desk(options: { steps?: number; screen?: Screen; ascii?: boolean; depth?: 0 | 24 } = {}) {
  const workbench = new ScriptedWorkbench();
  if (options.steps !== undefined) workbench.open('s1', options.steps);
  let now = 0;
  const controller = new Controller({
    workbench,
    theme: createTheme({ depth: options.depth ?? 0, ascii: options.ascii ?? false }),
    screen: options.screen ?? 'search',
    now: () => (now += 3000),
  });
  const person = drive(controller);
  person.screen();
  return { workbench, controller, ...person };
}
