import type { LiveStatus } from '../../src/run/live-status.ts';
import type { RunState } from '../../src/run/state.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { percent, size } from '../../src/text/quantity.ts';

/** Below this share of free space a run warns, and rings. */
export const lowDiskShare = 0.1;

/** What a person who is not looking wants to hear about. */
export interface Alert {
  readonly about: 'finished' | 'stopped' | 'failed' | 'interrupted' | 'stalled' | 'goesOn' | 'disk';
  readonly message: string;
}

/** What alerts are seen in; `interrupted`: not ended, and nobody works on it. */
export interface AlertView {
  readonly state: RunState;
  readonly live: LiveStatus | null;
  readonly interrupted?: boolean;
}

/** Tells each alert once: again only after what it is about had gone. */
export class Alerts {
  #known: ReadonlySet<Alert['about']> = new Set();

  /** Alerts that are new with this view. */
  next(view: AlertView): readonly Alert[] {
    const present = alertsOf(view);
    const known = this.#known;
    this.#known = new Set(present.map(({ about }) => about));
    const goesOn = known.has('stalled') && !this.#known.has('stalled') && view.state.status === 'running';
    return [
      ...(goesOn ? [{ about: 'goesOn', message: 'there are answers again: the run goes on' } as const] : []),
      ...present.filter(({ about }) => !known.has(about)),
    ];
  }
}

function alertsOf({ state, live, interrupted }: AlertView): readonly Alert[] {
  const { reason } = state;
  const status = interrupted ? 'interrupted' : state.status;
  const alerts: Alert[] = [];
  if (status === 'finished' || status === 'stopped' || status === 'failed' || status === 'interrupted')
    alerts.push({
      about: status,
      message: `the run ${words[status]}${reason === null ? '' : `: ${cleanLine(reason)}`}`,
    });
  else {
    if (live?.stalled)
      alerts.push({
        about: 'stalled',
        message: `stalled since ${live.stalled.since}: ${cleanLine(live.stalled.message)}`,
      });
    if (live?.diskFree && live.diskFree.fraction < lowDiskShare)
      alerts.push({
        about: 'disk',
        message: `only ${size(live.diskFree.bytes)} of disk left (${percent(live.diskFree.fraction)})`,
      });
  }
  return alerts;
}

const words = {
  finished: 'has finished',
  stopped: 'was stopped',
  failed: 'has failed',
  interrupted: 'was interrupted',
} as const;
