import type { CandidateOrder } from '../sessions/select/candidates.ts';
import type { TheoremOrder } from '../sessions/select/run.ts';
import { TreeIndex } from '../sessions/select/tree.ts';
import type { Notice, Screen, WorkbenchAction } from '../sessions/workbench.ts';
import type { Edit } from './text/edit.ts';

export type SearchPane = 'tree' | 'goal' | 'candidates';
export type HomePane = 'searches' | 'sessions' | 'runs' | 'workers';
export type RunPane = 'theorems' | 'flight' | 'errors' | 'log' | 'warnings';

export const searchPanes: readonly SearchPane[] = ['tree', 'goal', 'candidates'];
export const homePanes: readonly HomePane[] = ['searches', 'sessions', 'runs', 'workers'];
export const runPanes: readonly RunPane[] = ['theorems', 'flight', 'errors', 'log', 'warnings'];

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** What lies over the screen and takes the keys. */
export type Overlay =
  | { readonly kind: 'help'; readonly filter: Edit; readonly top: number }
  | {
      readonly kind: 'prompt';
      readonly edit: Edit;
      /** Place in the history, 0 = the newest; null while typing something new. */
      readonly past: number | null;
      readonly draft: string;
      readonly picked: number | null;
    }
  | { readonly kind: 'tactic'; readonly edit: Edit; readonly node: number }
  | { readonly kind: 'statement'; readonly edit: Edit }
  | { readonly kind: 'filter'; readonly target: FilterTarget; readonly edit: Edit; readonly before: string }
  | { readonly kind: 'families'; readonly index: number }
  /** Servers and GPUs, live, over the whole screen. */
  | { readonly kind: 'servers'; readonly top: number }
  | { readonly kind: 'confirm'; readonly question: string; readonly action: WorkbenchAction | 'quit' }
  /** A text over the whole screen, without borders, frozen: to read, and to select with the mouse. */
  | { readonly kind: 'pager'; readonly title: string; readonly lines: readonly string[]; readonly top: number };

export type FilterTarget = 'tree' | 'candidates' | 'goal' | ListName;

/** Lists with a chosen row, or lines that scroll. */
export type ListName = HomePane | RunPane | 'training' | 'inspect' | 'doctor' | 'compare';

/** Where a person is in one search: everything by id, so that it survives growth, resizing and time travel. */
export class SearchUi {
  readonly tree = new TreeIndex();
  selected = 0;
  /** Whether the selection goes with the node being expanded. */
  follow = true;
  /** Node in the first row of the tree pane. */
  topNode = 0;
  goalTop = 0;
  /** Number of the chosen candidate at the selected node. */
  candidate = 0;
  candidateTop = 0;
  /** Node that the positions in goal and candidates belong to. */
  settledNode = -1;
  order: CandidateOrder = 'rank';
  reverse = false;
  treeQuery = '';
  candidateQuery = '';
  /** The open nodes in frontier order instead of the tree. */
  frontier = false;
  frontierNode: number | null = null;
  frontierTop = 0;
}

/** A list with a chosen row. */
export interface ListState {
  index: number;
  top: number;
  query: string;
}

const list = (): ListState => ({ index: 0, top: 0, query: '' });

/** Where a person is in the workbench. The controller changes it; drawing reads it and settles the scroll positions. */
export class Ui {
  screen: Screen;
  pane: SearchPane = 'tree';
  homePane: HomePane = 'searches';
  runPane: RunPane = 'theorems';
  overlay: Overlay | null = null;
  notice: Notice | null = null;
  /** Prompt lines that have not been answered yet, oldest first. */
  working: readonly string[] = [];
  /** One pane at a time, for screen readers. */
  linear = false;
  /** Opened to watch one run: leaving its screen leaves the program. */
  isOneRun = false;
  readonly lists: Readonly<Record<ListName, ListState>> = {
    searches: list(),
    sessions: list(),
    runs: list(),
    workers: list(),
    theorems: list(),
    flight: list(),
    errors: list(),
    log: list(),
    warnings: list(),
    training: list(),
    inspect: list(),
    doctor: list(),
    compare: list(),
  };
  sessionOrder: 'updated' | 'title' | 'events' = 'updated';
  sessionReverse = false;
  theoremOrder: TheoremOrder = 'list';
  theoremReverse = false;
  /** Position in its run of the chosen theorem, which stays chosen when the rows are sorted anew. */
  theorem: number | null = null;
  readonly #searches = new Map<string, SearchUi>();

  constructor(screen: Screen) {
    this.screen = screen;
  }

  /** The place in a search, made on the first visit. */
  of(search: string): SearchUi {
    let known = this.#searches.get(search);
    if (!known) {
      known = new SearchUi();
      this.#searches.set(search, known);
    }
    return known;
  }
}

/** The first row to show so that `index` is visible among `count` rows in a window of `height`. */
export function scrollTo(top: number, index: number, count: number, height: number): number {
  const highest = Math.max(0, count - height);
  const wanted = index < top ? index : index >= top + height ? index - height + 1 : top;
  return Math.max(0, Math.min(wanted, highest));
}
