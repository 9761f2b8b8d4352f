import type { Screen } from '../../sessions/workbench.ts';
import type { KeyOverrides } from '../../src/config/keys.ts';
import type { PaneName, ViewAction } from '../deck.ts';
import { generalActions } from './general.ts';
import { itemActions } from './items.ts';
import { moveActions } from './move.ts';
import { searchActions } from './search.ts';

/** Everything that can be done, in the order in which help lists it. Keys, footer, palette and docs come from here. */
export const actions: readonly ViewAction[] = [...searchActions, ...itemActions, ...generalActions, ...moveActions];

const keysInFooter = 6;

/** The table with a person's keys in it, and the look-ups that the controller needs. */
export class ActionTable {
  readonly actions: readonly ViewAction[];
  readonly #byKey = new Map<string, ViewAction>();
  readonly #byId = new Map<string, ViewAction>();

  constructor(overrides: KeyOverrides = {}) {
    this.actions = actions.map((action) => ({ ...action, keys: overrides[action.id] ?? action.keys }));
    for (const action of this.actions) {
      this.#byId.set(action.id, action);
      for (const screen of action.screens) for (const key of action.keys) this.#byKey.set(`${screen} ${key}`, action);
    }
  }

  forKey(screen: Screen, key: string): ViewAction | undefined {
    return this.#byKey.get(`${screen} ${key}`);
  }

  byId(id: string): ViewAction | undefined {
    return this.#byId.get(id);
  }

  of(screen: Screen): readonly ViewAction[] {
    return this.actions.filter((action) => action.screens.includes(screen));
  }

  /** The most useful actions of a pane, best first. */
  footer(screen: Screen, pane: PaneName): readonly ViewAction[] {
    return this.of(screen)
      .filter((action) => action.footer?.[pane] !== undefined && action.keys.length > 0)
      .sort((a, b) => a.footer![pane]! - b.footer![pane]!)
      .slice(0, keysInFooter);
  }
}
