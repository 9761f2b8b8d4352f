import { Alerts } from '../sessions/runs/alerts.ts';
import { WindowTitle } from '../views/window-title.ts';
import type { CommandContext } from './context.ts';
import { TerminalBlock } from './progress/block.ts';
import { blockLines, plainLine } from './progress/lines.ts';
import type { ProgressTerminal } from './progress/terminal.ts';
import { type CountedView, countView, type RunView } from './progress/view.ts';
import { titleOf } from './progress/words.ts';

export type { RunView } from './progress/view.ts';

/** Shows how a run goes on, on standard error. */
export interface RunProgress {
  /** Call after every change; it is drawn when it is time to. The view may be changed in place by its owner. */
  show(view: RunView): void;
  /** A line for the person, without disturbing what is shown. */
  note(text: string): void;
  /** Draws the last state, gives the terminal back. Nothing is shown afterwards. */
  close(): void;
}

export interface ProgressOptions {
  readonly quiet: boolean;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Calls back every `ms` until the returned function is called. @default setInterval, which keeps no process alive */
  readonly every?: (ms: number, tick: () => void) => () => void;
  /** Milliseconds from any beginning, to measure what drawing costs. @default performance.now */
  readonly stopwatch?: () => number;
}

/** Data moves; a person reads. */
const repaintMs = 250;
/** Counting a huge run takes a while; drawing takes a small part of one core at most. */
const mostShare = 0.05;
const longestRestMs = 5000;
const plainMs = 30_000;
const BELL = '\u0007';

/**
 * A display of a run's progress: a block that is repainted in place where standard error is a terminal, else one line
 * for each change of phase and each 30 s. It rings when the run ends, stalls, or the disk gets full.
 */
export function createRunProgress(context: CommandContext, options: ProgressOptions): RunProgress {
  if (options.quiet) return { show: () => {}, note: context.note, close: () => {} };
  const now = options.now ?? Date.now;
  const every = options.every ?? everyMs;
  const { terminal } = context;
  const stopwatch = options.stopwatch ?? (() => performance.now());
  return terminal ? new BlockProgress(terminal, now, every, stopwatch) : new LineProgress(context, now, every);
}

type Every = NonNullable<ProgressOptions['every']>;

class BlockProgress implements RunProgress {
  readonly #terminal: ProgressTerminal;
  readonly #block: TerminalBlock;
  readonly #title: WindowTitle;
  readonly #alerts = new Alerts();
  readonly #now: () => number;
  readonly #stopwatch: () => number;
  readonly #stop: readonly (() => void)[];
  #view: RunView | null = null;
  #isNew = false;
  #paintedAt = Number.NEGATIVE_INFINITY;
  #restMs = 0;

  constructor(terminal: ProgressTerminal, now: () => number, every: Every, stopwatch: () => number) {
    this.#terminal = terminal;
    this.#block = new TerminalBlock(terminal);
    this.#title = new WindowTitle(terminal);
    this.#now = now;
    this.#stopwatch = stopwatch;
    this.#stop = [every(repaintMs, () => this.#tick()), terminal.onResize(() => this.#paint())];
  }

  show(view: RunView): void {
    const isFirst = this.#view === null;
    this.#view = view;
    this.#isNew = true;
    if (isFirst) this.#paint();
  }

  note(text: string): void {
    this.#block.above(text);
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#paint();
    this.#block.end('keep');
    this.#title.restore();
  }

  #tick(): void {
    const since = this.#now() - this.#paintedAt;
    if (since < this.#restMs) return;
    // Without news only the clocks move.
    if (this.#isNew || since >= 1000) this.#paint();
  }

  #paint(): void {
    if (this.#view === null) return;
    const begun = this.#stopwatch();
    const now = this.#now();
    const view = countView(this.#view, now);
    this.#isNew = false;
    this.#paintedAt = now;
    const { columns, rows, unicode } = this.#terminal;
    this.#block.paint(blockLines(view, { columns, rows, unicode, now }));
    this.#title.show(titleOf(view));
    if (this.#alerts.next(view).some(({ about }) => about !== 'goesOn')) this.#terminal.write(BELL);
    this.#restMs = Math.min(longestRestMs, (this.#stopwatch() - begun) / mostShare);
  }
}

class LineProgress implements RunProgress {
  readonly #context: CommandContext;
  readonly #now: () => number;
  readonly #stop: () => void;
  readonly #alerts = new Alerts();
  #view: RunView | null = null;
  #phase = '';
  #saidAt = Number.NEGATIVE_INFINITY;
  #said = '';

  constructor(context: CommandContext, now: () => number, every: Every) {
    this.#context = context;
    this.#now = now;
    this.#stop = every(1000, () => this.#look());
  }

  show(view: RunView): void {
    this.#view = view;
    // Phases are told at once; what they are costs nothing to find out.
    if (phaseOf(view) !== this.#phase) this.#look();
  }

  note(text: string): void {
    this.#context.note(text);
  }

  close(): void {
    this.#stop();
    if (this.#view !== null) this.#say(countView(this.#view, this.#now()), 'changed');
  }

  #look(): void {
    const view = this.#view;
    if (view === null) return;
    const { id } = view.manifest;
    for (const { about, message } of this.#alerts.next(view))
      if (about === 'stalled' || about === 'goesOn' || about === 'disk') this.#line(`${id}: ${message}`);
    const phase = phaseOf(view);
    if (phase === this.#phase && this.#now() - this.#saidAt < plainMs) return;
    this.#say(countView(view, this.#now()), phase === this.#phase ? 'always' : 'changed');
    this.#phase = phase;
  }

  #say(view: CountedView, when: 'always' | 'changed'): void {
    const line = plainLine(view);
    if (when === 'changed' && line === this.#said) return;
    this.#said = line;
    this.#saidAt = this.#now();
    this.#line(line);
  }

  #line(text: string): void {
    this.#context.note(`${new Date(this.#now()).toISOString().slice(0, 19)}Z ${text}`);
  }
}

/** What a change of is worth a line of its own. Percentages of a download are not. */
const phaseOf = ({ state, live, interrupted }: RunView): string =>
  interrupted
    ? 'interrupted'
    : state.status === 'starting'
      ? `starting ${(live?.phase ?? '').replace(/[\d.]+\s*%?/g, '')}`
      : state.status;

function everyMs(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms).unref();
  return () => clearInterval(timer);
}
