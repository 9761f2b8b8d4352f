import type { ActionResult, WorkbenchAction } from '../workbench.ts';
import type { SearchDesk } from './search-desk.ts';

/** What a person can do with the search that keys act on. */
export type SearchAction = Extract<
  WorkbenchAction,
  { kind: 'step' | 'run' | 'pause' | 'stop' | 'expand' | 'breakpoint' | 'tactic' | 'family' | 'fork' }
>;

/** Does it, or says why it cannot be done. */
export function actOnSearch(desk: SearchDesk, action: SearchAction): Promise<ActionResult> {
  switch (action.kind) {
    case 'step':
      return desk.step();
    case 'run':
      return desk.onSearch((search) => search.driver?.input({ kind: 'user.run' }));
    case 'pause':
      return desk.onSearch((search) => search.driver?.input({ kind: 'user.pause' }));
    case 'stop':
      return desk.onSearch((search) => search.driver?.input({ kind: 'user.stop' }));
    case 'expand':
      return desk.onSearch((search) => search.driver?.input({ kind: 'user.expand', node: action.node }));
    case 'breakpoint':
      return desk.onSearch((search) => {
        const on = !search.live.nodes[action.node]?.breakpoint;
        search.driver?.input({ kind: 'user.breakpoint', node: action.node, on });
      });
    case 'tactic':
      return desk.onSearch((search) =>
        search.driver?.input({ kind: 'user.tactic', node: action.node, tactic: action.tactic }),
      );
    case 'family':
      return desk.onSearch((search) =>
        search.driver?.input({ kind: 'user.family', family: action.family, blocked: action.blocked }),
      );
    case 'fork':
      return desk.fork(action.node);
  }
}
