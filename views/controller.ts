import type {
  Notice,
  OpenSearch,
  Screen,
  Workbench,
  WorkbenchAction,
  WorkbenchSnapshot,
} from '../sessions/workbench.ts';
import { cleanText } from '../src/text/clean.ts';
import { ActionTable } from './actions/table.ts';
import type { Block, DrawContext, SearchContext } from './draw.ts';
import { Feed } from './feed.ts';
import { drawFrame, drawScreen } from './frame.ts';
import { type OverlayHost, overlayKey, overlayPaste, type Suggestion } from './overlay-keys.ts';
import { pagerLines } from './panes/overlays.ts';
import { RunSignals } from './run-signals.ts';
import { type DoctorRow, doctorTable } from './screens/doctor-table.ts';
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

const forceWithinMs = 2000;
/** Longer texts are not sent to the terminal's clipboard: many terminals drop them. */
const clipboardLimit = 74_000;
const longestPaste = 100_000;

/** Holds where the person is, turns keys into actions, and draws. Knows nothing of Ink. */
export class Controller implements OverlayHost {
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
  readonly #options: ControllerOptions;
  readonly #table: ActionTable;
  readonly #feed: Feed;
  readonly #signals = new RunSignals((sequence) => this.terminal?.write(sequence));
  #lastInterrupt = Number.NEGATIVE_INFINITY;
  #suggestions: { readonly line: string; readonly found: readonly Suggestion[] } = { line: '', found: [] };

  constructor(options: ControllerOptions) {
    this.workbench = options.workbench;
    this.#options = options;
    this.#table = options.table ?? new ActionTable();
    this.ui = new Ui(options.screen ?? 'home');
    this.ui.linear = options.linear ?? false;
    this.ui.isOneRun = options.isOneRun ?? false;
    this.#feed = new Feed(options.workbench, options.now);
    this.subscribe = this.#feed.subscribe;
    this.version = this.#feed.version;
    // Before anything else looks at a change: a notice that came with it is to be shown.
    this.subscribe(() => this.#take());
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
    for (const key of keys) this.#key(key);
    this.#refresh();
  }

  /** A pasted block: text for an open editor, and never keys. */
  paste(text: string): void {
    const { overlay } = this.ui;
    if (text.length > longestPaste)
      this.notify('warning', `the pasted text has ${text.length} characters; at most ${longestPaste} are taken`);
    else if (overlay) overlayPaste(this, overlay, cleanText(text, longestPaste));
    else this.notify('info', 'pasted text goes into a prompt: open one first, for example with t, a or :');
    this.#refresh();
  }

  #key(key: string): void {
    if (key === 'ctrl-c' && this.#isForced()) {
      this.quit();
      return;
    }
    this.ui.notice = null;
    const { overlay, screen } = this.ui;
    this.#settle();
    if (overlay && key !== 'ctrl-l' && key !== 'ctrl-z') {
      overlayKey(this, overlay, key);
      return;
    }
    const action = this.#table.forKey(screen, key);
    if (!action) return;
    this.#run(action.id);
    if (key === 'ctrl-c' && this.ui.notice === null)
      this.notify('info', 'Ctrl-C again within 2 s leaves the workbench');
  }

  #isForced(): boolean {
    const now = this.#options.now();
    const forced = now - this.#lastInterrupt < forceWithinMs;
    this.#lastInterrupt = now;
    return forced;
  }

  #run(id: string): void {
    const action = this.#table.byId(id);
    if (!action) return;
    const refusal = action.refusal?.(this) ?? null;
    if (refusal === null) action.run(this);
    else this.notify('warning', refusal);
  }

  movement(key: string): ReturnType<OverlayHost['movement']> {
    const id = this.#table.forKey('home', key)?.id ?? '';
    const names = ['down', 'up', 'pageDown', 'pageUp', 'first', 'last'] as const;
    return names.find((name) => id === `move.${name}`) ?? null;
  }

  act(action: WorkbenchAction, afterwards?: () => void): void {
    const acting = this.workbench.act(action);
    // The next key of a burst sees what this one has done at once.
    this.#take();
    acting.then(
      (result) => {
        if (result.notice) this.ui.notice = result.notice;
        if (result.kind === 'done') {
          if (result.copied) this.#copied(result.copied);
          this.#take();
          afterwards?.();
        }
        this.#refresh();
      },
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    this.notify('error', error instanceof Error ? error.message : String(error));
    this.#refresh();
  }

  #copied({ text, file }: { readonly text: string; readonly file: string }): void {
    const short = text.length <= clipboardLimit;
    if (short) this.terminal?.write(`\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    this.notify(
      'info',
      `copied ${text.length} characters${short ? '' : ' (too long for the clipboard)'}; also in ${file}`,
    );
  }

  notify(level: Notice['level'], text: string): void {
    this.ui.notice = { level, text };
  }

  open(overlay: Overlay): void {
    this.ui.overlay = overlay;
  }

  close(): void {
    this.ui.overlay = null;
  }

  copy(what: string, text: string): void {
    if (text === '') this.notify('info', `there is no ${what} to copy`);
    else this.act({ kind: 'copy', what, text });
  }

  page(title: string, text: string): void {
    const lines = pagerLines(text).flatMap((line) => wrap(line, Math.max(10, this.size.columns), 2));
    this.open({ kind: 'pager', title, lines, top: 0 });
  }

  goTo(screen: Screen): void {
    this.ui.overlay = null;
    this.ui.screen = screen;
  }

  suggestions(): readonly Suggestion[] {
    const { overlay } = this.ui;
    if (overlay?.kind !== 'prompt') return [];
    const line = overlay.draft;
    if (line !== this.#suggestions.line || line === '') {
      const commands = this.workbench.complete(line).map((text): Suggestion => ({ line: text, note: '' }));
      const named = this.#table.matching(this.ui.screen, line);
      const names = new Set(named.map((suggestion) => suggestion.line));
      this.#suggestions = { line, found: [...commands.filter((suggestion) => !names.has(suggestion.line)), ...named] };
    }
    return this.#suggestions.found;
  }

  submitPrompt(line: string): void {
    if (this.#table.byId(line) || line === 'q') {
      this.#run(line === 'q' ? 'quit' : line);
      return;
    }
    this.ui.working = [...this.ui.working, line];
    this.workbench
      .prompt(line)
      .then(
        (answer) => this.#answered(line, answer),
        (error: unknown) => this.#failed(error),
      )
      .finally(() => {
        this.ui.working = this.ui.working.filter((other) => other !== line);
        this.#refresh();
      });
  }

  #answered(line: string, { output, notice, screen }: Awaited<ReturnType<Workbench['prompt']>>): void {
    this.#take();
    this.ui.notice = notice;
    if (screen) this.goTo(screen);
    if (output.length > 1) this.page(`:${line}`, output.join('\n'));
    else if (output.length === 1 && !notice) this.notify('info', output[0]!);
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
    const area = { rows: Math.max(50, this.size.rows), columns: Math.max(120, this.size.columns) };
    const lines = drawScreen(this.#drawContext(), this.#focusedContext(), area);
    return lines
      .map((line) => line.replace(/\u001B\[[\d;]*m/g, '').trimEnd())
      .join('\n')
      .trimEnd();
  }

  searchContext(search: OpenSearch, place: SearchUi): SearchContext {
    return { ...this.#drawContext(), search, place };
  }

  #focusedContext(): SearchContext | null {
    const { search, place } = this;
    return search && place ? this.searchContext(search, place) : null;
  }

  #drawContext(): DrawContext {
    return {
      snapshot: this.snapshot,
      ui: this.ui,
      theme: this.#options.theme,
      sinceSnapshotMs: this.#feed.ageMs,
      keyOf: (id) => this.#table.shownKeyOf(id),
    };
  }

  /** The Doctor screen's table, when that is what stands between the first line of the frame and the last. */
  table(size: Size): readonly DoctorRow[] | null {
    const { screen, overlay, lists } = this.ui;
    if (screen !== 'doctor' || overlay || lists.doctor.query !== '' || this.#options.ascii) return null;
    const area = { rows: size.rows - 2, columns: size.columns };
    return doctorTable(this.snapshot.doctor, area, this.#options.theme.signs.ellipsis);
  }

  /** The screen as it is now: exactly as many lines as the terminal has rows. */
  frame(size: Size): Block {
    this.size = size;
    this.#settle();
    return drawFrame(this.#drawContext(), this.#focusedContext(), this, this.#table, this.suggestions(), size);
  }

  #settle(): void {
    const { search, place } = this;
    if (search && place) settlePlace(search, place);
  }

  #take(): void {
    const { notice } = this.snapshot;
    if (!this.#feed.take()) return;
    if (this.snapshot.notice && this.snapshot.notice !== notice) this.ui.notice = this.snapshot.notice;
    this.ui.notice = this.#signals.look(this.snapshot.run) ?? this.ui.notice;
  }

  #refresh(): void {
    this.#feed.draw();
  }
}
