import { LiveWorkbench, type LiveWorkbenchOptions } from '../../../sessions/live/live-workbench.ts';
import { configFrom } from '../../../src/config/schema.ts';
import { searchSettingsSchema } from '../../../src/search/settings.ts';
import { Controller } from '../../../views/controller.ts';
import { createTheme } from '../../../views/theme.ts';
import { plain } from '../../helpers/plain.ts';
import type { GatedEngine } from './gated-engine.ts';

/** A workbench on an engine whose answers the test gives. */
export const gatedWorkbench = (
  home: string,
  gated: GatedEngine,
  options: Partial<LiveWorkbenchOptions> = {},
): LiveWorkbench =>
  new LiveWorkbench({
    home,
    program: 'test',
    openEngine: async () => gated.engine,
    settings: searchSettingsSchema.parse({}),
    provider: 'gated',
    profiles: new Map(),
    servers: { settings: configFrom(new Map()), environment: {} },
    imports: [],
    prompt: async () => ({ output: [], notice: null }),
    complete: () => [],
    inspect: async (name) => ({ name, status: 'absent' }),
    resume: async (run) => ({ kind: 'started', run }),
    folder: '.',
    diagnose: async () => {},
    ...options,
  });

/** Everything that can happen without another answer happens. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The Search screen once all has settled. */
export async function screenOf(
  workbench: LiveWorkbench,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Promise<string> {
  await settle();
  const theme = createTheme({ depth: 0, ascii: false });
  const controller = new Controller({ workbench, theme, screen: 'search', now: () => performance.now() });
  return plain(controller.frame({ rows, columns })).join('\n');
}
