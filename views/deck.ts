import type {
  Notice,
  OpenSearch,
  Screen,
  Workbench,
  WorkbenchAction,
  WorkbenchSnapshot,
} from '../sessions/workbench.ts';
import type { SearchContext } from './draw.ts';
import type { Overlay, RunPane, SearchUi, Size, Ui } from './ui.ts';

/** What actions may do: look at the moment, change where the person is, and ask the workbench for things. */
export interface Deck {
  readonly workbench: Workbench;
  readonly snapshot: WorkbenchSnapshot;
  readonly ui: Ui;
  readonly size: Size;
  /** The focused search and the place in it; null when none is open. */
  readonly search: OpenSearch | null;
  readonly place: SearchUi | null;
  /** Asks the workbench; what it answers is shown as a notice. */
  act(action: WorkbenchAction, afterwards?: () => void): void;
  notify(level: Notice['level'], text: string): void;
  open(overlay: Overlay): void;
  copy(what: string, text: string): void;
  /** Shows a text over the whole screen. */
  page(title: string, text: string): void;
  goTo(screen: Screen): void;
  searchContext(search: OpenSearch, place: SearchUi): SearchContext;
  /** The text of the focused view, without colours. */
  viewText(): string;
  quit(): void;
  repaint(): void;
  suspend(): void;
}

export type PaneName =
  | 'searches'
  | 'sessions'
  | 'workers'
  | 'runs'
  | RunPane
  | 'tree'
  | 'frontier'
  | 'goal'
  | 'candidates'
  | 'inspect'
  | 'training'
  | 'doctor'
  | 'compare';

/** The pane that has the keys. */
export function focusedPane(deck: Pick<Deck, 'ui' | 'place'>): PaneName {
  const { ui, place } = deck;
  switch (ui.screen) {
    case 'home':
      return ui.homePane;
    case 'search':
      return ui.pane === 'tree' && place?.frontier ? 'frontier' : ui.pane;
    case 'run':
      return ui.runPane;
    default:
      return ui.screen;
  }
}

/** Whether the focused search has come to its end: it has ended, or has its proof. Not while it goes on or the past is shown. */
export function isOver({ search, ui }: Pick<Deck, 'search' | 'ui'>): boolean {
  if (ui.screen !== 'search' || !search || search.at !== null) return false;
  const { mode, verdict } = search.state;
  return mode === 'ended' || (mode === 'paused' && verdict?.accepted === true);
}

/** One thing that a person can do. Keys, footer, help, palette and docs are made from the table of these. */
export interface ViewAction {
  /** Name in remap files and in the palette. */
  readonly id: string;
  readonly keys: readonly string[];
  /** A word or two for the footer. */
  readonly name: string;
  readonly description: string;
  readonly screens: readonly Screen[];
  /** Place in the footer of a pane, 1 = first; panes left out do not show it. */
  readonly footer?: Readonly<Partial<Record<PaneName, number>>>;
  /** What the footer says instead at this moment: another word, another place; 0 and less come before all others. */
  readonly now?: (deck: Deck) => { readonly name?: string; readonly place?: number };
  /** Why it cannot be done now; null when it can. */
  readonly refusal?: (deck: Deck) => string | null;
  readonly run: (deck: Deck) => void;
}

export const allScreens: readonly Screen[] = ['home', 'search', 'run', 'training', 'inspect', 'doctor', 'compare'];
