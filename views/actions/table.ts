import type { Screen } from '../../sessions/workbench.ts';
import type { KeyOverrides } from '../../src/config/keys.ts';
import { type Deck, focusedPane, type ViewAction } from '../deck.ts';
import { shownKey } from '../keys.ts';
import { generalActions } from './general.ts';
import { itemActions } from './items.ts';
import { moveActions } from './move.ts';
import { runActions } from './run.ts';
import { searchActions } from './search.ts';
import { trainingActions } from './training.ts';

/** Everything that can be done, in the order in which help lists it. Keys, footer, palette and docs come from here. */
export const actions: readonly ViewAction[] = [
  ...searchActions,
  ...runActions,
  ...trainingActions,
  ...itemActions,
  ...generalActions,
  ...moveActions,
];

const keysInFooter = 6;

/** A key in the footer, and a word or two for what it does now. */
export interface FooterItem {
  readonly key: string;
  readonly name: string;
  readonly possible: boolean;
}

/** Runs, and their searches: of what is often not to be changed at all, the footer names only what can be done. */
function isLookedAt({ ui, search }: Deck): boolean {
  return ui.screen === 'run' || (ui.screen === 'search' && search?.job !== undefined);
}

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

  /** The first key of an action as a person reads it, or how to call it from the prompt. Throws for unknown actions. */
  shownKeyOf(id: string): string {
    const action = this.#byId.get(id);
    if (!action) throw new Error(`no action is called ${id}`);
    return shownKey(action.keys[0] ?? `:${id}`);
  }

  /** The actions that a prompt line may mean: those whose id or name has a word that starts with it. */
  matching(screen: Screen, line: string): readonly { readonly line: string; readonly note: string }[] {
    const wanted = line.trim().toLowerCase();
    if (wanted === '') return [];
    const starts = (text: string): boolean =>
      text
        .toLowerCase()
        .split(/[ ./]/)
        .some((word) => word.startsWith(wanted));
    return this.of(screen)
      .filter(({ id, name }) => !id.startsWith('move.') && (starts(id) || starts(name) || id.startsWith(wanted)))
      .map(({ id, keys, description }) => ({
        line: id,
        note: `${keys[0] === undefined ? '' : `${shownKey(keys[0])}  `}${description}`,
      }));
  }

  /** The most useful actions of the focused pane at this moment, best first. */
  footer(deck: Deck): readonly FooterItem[] {
    const pane = focusedPane(deck);
    return this.of(deck.ui.screen)
      .flatMap((action): readonly (FooterItem & { readonly place: number })[] => {
        const now = action.now?.(deck) ?? {};
        const place = now.place ?? action.footer?.[pane];
        const [key] = action.keys;
        if (place === undefined || key === undefined) return [];
        const possible = (action.refusal?.(deck) ?? null) === null;
        return possible || !isLookedAt(deck) ? [{ key, name: now.name ?? action.name, possible, place }] : [];
      })
      .sort((a, b) => a.place - b.place)
      .slice(0, keysInFooter);
  }
}
