import { Alerts } from '../sessions/runs/alerts.ts';
import { runTitle } from '../sessions/select/run-figures.ts';
import type { Notice, OpenRun } from '../sessions/workbench.ts';
import { WindowTitle } from './window-title.ts';

const BELL = '\u0007';

/** What a person hears and sees of the open run who is looking elsewhere: the window's title, and the bell. */
export class RunSignals {
  readonly #write: (sequence: string) => void;
  readonly #title: WindowTitle;
  #run: string | null = null;
  #alerts = new Alerts();
  #shown: OpenRun | null = null;

  constructor(write: (sequence: string) => void) {
    this.#write = write;
    this.#title = new WindowTitle({ write });
  }

  /** Looks at the run as it is now. Returns what there is to say: that it has ended, stalls, or its disk gets full. */
  look(run: OpenRun | null): Notice | null {
    if (run === null || run === this.#shown) return null;
    this.#shown = run;
    this.#title.show(runTitle(run));
    const { status } = run;
    if (status === 'unreadable') return null;
    const isAnother = this.#run !== run.id;
    if (isAnother) this.#alerts = new Alerts();
    this.#run = run.id;
    const alerts = this.#alerts.next({
      state: run.state,
      live: run.holder === null ? null : run.live,
      interrupted: status === 'interrupted',
    });
    // What had happened before it was opened is no news.
    const [first] = alerts;
    if (isAnother || first === undefined) return null;
    if (first.about !== 'goesOn') this.#write(BELL);
    return {
      level: first.about === 'finished' || first.about === 'goesOn' ? 'info' : 'warning',
      text: alerts.map(({ message }) => message).join('; '),
    };
  }

  /** Gives the title back. */
  close(): void {
    this.#title.restore();
  }
}
