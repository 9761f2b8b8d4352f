import type { Attention } from '../sessions/servers/monitor.ts';
import type {
  Notice,
  OpenSearch,
  Screen,
  Workbench,
  WorkbenchAction,
  WorkbenchSnapshot,
} from '../sessions/workbench.ts';
import { ActionTable } from './actions/table.ts';
import { toClipboard } from './clipboard.ts';
import type { Block, SearchContext } from './draw.ts';
import { Feed } from './feed.ts';
import { KeyDesk, type KeyHost } from './key-desk.ts';
import type { OverlayHost, Suggestion } from './overlay-keys.ts';
import { Painter } from './painter.ts';
import { headLines, helpLines } from './panes/help.ts';
import { pagerLines } from './panes/overlays.ts';
import { panelLines } from './panes/servers.ts';
import { PromptDesk, type PromptHost } from './prompt-desk.ts';
import { RunSignals } from './run-signals.ts';
import type { DoctorRow } from './screens/doctor-table.ts';
import { settlePlace } from './settle.ts';
import { wrap } from './text/clip.ts';
import type { Theme } from './theme.ts';
import { type Overlay, type SearchUi, type Size, Ui } from './ui.ts';

/** What only the terminal can do; given by the app. */
export interface TerminalHost {
  /** Writes a sequence that moves nothing, such as a clipboard write. */
  write(sequence: string): void;
  repaint(): void;
  exit(): void;
}

export interface ControllerOptions {
  readonly workbench: Workbench;
  readonly theme: Theme;
  /** Only ASCII may be drawn. */
  readonly ascii?: boolean;
  readonly table?: ActionTable;
  readonly screen?: Screen;
  readonly isOneRun?: boolean;
  /** One pane at a time, for screen readers. */
  readonly linear?: boolean;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Holds where the person is, turns keys into actions, and draws. Knows nothing of Ink. */
export class Controller implements KeyHost, PromptHost {
  readonly workbench: Workbench;
  readonly ui: Ui;
  size: Size = { rows: 24, columns: 80 };
  terminal: TerminalHost | null = null;
  /** Hands the terminal back to the shell until the process is continued; set once Ink runs. */
  sleep: () => void = () => undefined;
  /** Calls back whenever something has to be drawn. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Changes whenever something has to be drawn. */
  readonly version: () => number;
  readonly #table: ActionTable;
  readonly #feed: Feed;
  readonly #signals = new RunSignals((sequence) => this.terminal?.write(sequence));
  readonly #keys: KeyDesk;
  /** An answer that waits for the end of what is being written. */
  #later: Overlay | null = null;
  readonly #prompt: PromptDesk;
  readonly #painter: Painter;

  constructor(options: ControllerOptions) {
    this.workbench = options.workbench;
    this.#table = options.table ?? new ActionTable();
    this.ui = new Ui(options.screen ?? 'home');
    this.ui.linear = options.linear ?? false;
    this.ui.isOneRun = options.isOneRun ?? false;
    this.#feed = new Feed(options.workbench, options.now);
    this.#keys = new KeyDesk(this, this.#table, options.now);
    this.#prompt = new PromptDesk(this, this.#table);
    this.#painter = new Painter(this, this.#table, {
      theme: options.theme,
      ascii: options.ascii ?? false,
      sinceSnapshotMs: () => this.#feed.ageMs,
    });
    this.subscribe = this.#feed.subscribe;
    this.version = this.#feed.version;
    // Before anything else looks at a change: a notice that came with it is to be shown.
    this.subscribe(() => this.take());
  }

  /** Starts following the workbench. */
  start(): void {
    this.#signals.look(this.snapshot.run);
    this.#feed.start();
  }

  /** Stops all timers and stops following. */
  stop(): void {
    this.#signals.close();
    this.#feed.stop();
  }

  get snapshot(): WorkbenchSnapshot {
    return this.#feed.snapshot;
  }

  get search(): OpenSearch | null {
    const { focused, searches } = this.snapshot;
    return searches.find(({ id }) => id === focused) ?? null;
  }

  get place(): SearchUi | null {
    return this.search ? this.ui.of(this.search.id) : null;
  }

  /** Gives keys to the overlay or to the action table, then draws once. */
  keys(keys: readonly string[]): void {
    for (const key of keys) this.#keys.key(key);
    this.draw();
  }

  /** A pasted block: text for an open editor, and never keys. */
  paste(text: string): void {
    this.#keys.paste(text);
    this.draw();
  }

  run(id: string): void {
    const action = this.#table.byId(id);
    if (!action) return;
    const refusal = action.refusal?.(this) ?? null;
    if (refusal === null) action.run(this);
    else this.notify('warning', refusal);
  }

  movement(key: string): ReturnType<OverlayHost['movement']> {
    return this.#keys.movement(key);
  }

  act(action: WorkbenchAction, afterwards?: () => void): void {
    const acting = this.workbench.act(action);
    // The next key of a burst sees what this one has done at once.
    this.take();
    acting.then(
      (result) => {
        if (result.notice) this.ui.notice = result.notice;
        if (result.kind === 'done') {
          if (result.copied) this.notify('info', toClipboard(this.terminal, result.copied));
          this.take();
          afterwards?.();
        }
        this.draw();
      },
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    this.notify('error', error instanceof Error ? error.message : String(error));
    this.draw();
  }

  notify(level: Notice['level'], text: string): void {
    this.ui.notice = { level, text };
  }

  open(overlay: Overlay): void {
    this.ui.overlay = overlay;
  }

  close(): void {
    this.ui.overlay = this.#later;
    this.#later = null;
  }

  copy(what: string, text: string): void {
    if (text === '') this.notify('info', `there is no ${what} to copy`);
    else this.act({ kind: 'copy', what, text });
  }

  page(title: string, text: string): void {
    const lines = pagerLines(text).flatMap((line) => wrap(line, Math.max(10, this.size.columns), 2));
    const pager: Overlay = { kind: 'pager', title, lines, top: 0 };
    if (this.#isWriting()) this.#later = pager;
    else this.open(pager);
  }

  goTo(screen: Screen): void {
    if (!this.#isWriting()) this.ui.overlay = null;
    this.ui.screen = screen;
  }

  /** Whether a line is being written: an answer that comes meanwhile does not take it away, or what follows would act as keys. */
  #isWriting(): boolean {
    const kind = this.ui.overlay?.kind;
    return kind === 'prompt' || kind === 'statement';
  }

  suggestions(): readonly Suggestion[] {
    return this.#prompt.suggestions();
  }

  submitPrompt(line: string): void {
    this.#prompt.submit(line);
  }

  quit(): void {
    this.terminal?.exit();
  }

  repaint(): void {
    this.terminal?.repaint();
  }

  suspend(): void {
    this.sleep();
  }

  viewText(): string {
    return this.#painter.text();
  }

  searchContext(search: OpenSearch, place: SearchUi): SearchContext {
    return { ...this.#painter.context(), search, place };
  }

  serverRows(): number {
    return panelLines(this.#painter.context(), this.size.columns).length;
  }

  helpRows(): { readonly all: number; readonly shown: number } {
    const { overlay } = this.ui;
    const lines =
      overlay?.kind === 'help' ? helpLines(this.#painter.context(), this.#table, this, overlay, this.size.columns) : [];
    return { all: lines.length, shown: Math.max(2, this.size.rows - headLines) };
  }

  /** The Doctor screen's table, when that is what stands between the first line of the frame and the last. */
  table(size: Size): readonly DoctorRow[] | null {
    return this.#painter.doctorRows(size);
  }

  /** The screen as it is now: exactly as many lines as the terminal has rows. */
  frame(size: Size): Block {
    this.size = size;
    this.workbench.attend(attentionOf(this.ui));
    this.settle();
    return this.#painter.frame(size);
  }

  settle(): void {
    const { search, place } = this;
    if (search && place) settlePlace(search, place);
  }

  /** Takes the newest snapshot, and what it has to say. */
  take(): void {
    const { notice } = this.snapshot;
    if (!this.#feed.take()) return;
    if (this.snapshot.notice && this.snapshot.notice !== notice) this.ui.notice = this.snapshot.notice;
    this.ui.notice = this.#signals.look(this.snapshot.run) ?? this.ui.notice;
  }

  /** Has everything drawn now. */
  draw(): void {
    this.#feed.draw();
  }
}

/** Servers are looked at while what is shown has something of them. */
function attentionOf({ overlay, screen }: Ui): Attention {
  if (overlay?.kind === 'servers') return 'panel';
  return screen === 'home' || screen === 'search' || screen === 'run' ? 'line' : 'none';
}
