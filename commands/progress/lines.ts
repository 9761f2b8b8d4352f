import { lowDiskShare } from '../../sessions/runs/alerts.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { counted, duration, percent, size } from '../../src/text/quantity.ts';
import { fill } from '../../views/text/clip.ts';
import type { CountedView } from './view.ts';
import {
  canariesText,
  candidateTexts,
  costTexts,
  errorsText,
  lastErrors,
  paceTexts,
  rateText,
  unprovedText,
} from './words.ts';

const widestBar = 30;
const shownErrors = 3;
/** A process that has said nothing for so long may hang, or its machine may be gone. */
const silentMs = 30_000;

export interface LineOptions {
  readonly columns: number;
  readonly rows: number;
  readonly unicode: boolean;
  /** Ms since 1970. */
  readonly now: number;
}

/** The block of progress: the most important lines first, as many as the terminal has room for. */
export function blockLines(view: CountedView, options: LineOptions): readonly string[] {
  const { manifest, state, tally } = view;
  const dot = options.unicode ? ' · ' : ' | ';
  const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(dot);
  const unproved = unprovedText(tally);
  const errors = errorsText(tally);
  const fixed = [
    join([
      `${manifest.command} ${manifest.id}`,
      cleanLine(view.phase) +
        (state.reason === null || view.status === 'finished' ? '' : ` (${cleanLine(state.reason)})`),
      state.workers > 0
        ? `${counted(state.workers, 'worker')}, ${counted(state.concurrency, 'theorem')} at a time`
        : '',
      tally.pace.activeMs > 0 ? duration(tally.pace.activeMs) : '',
    ]),
    join([
      `${bar(view, options)} ${tally.progress.done}/${tally.progress.all}${tally.progress.unit === 'searches' ? ' searches' : ' done'}`,
      tally.progress.unit === 'searches' ? `${tally.done}/${tally.theorems} theorems done` : '',
      canariesText(tally),
    ]),
    `+ ${tally.proved.n} proved (${rateText(view)})`,
    ...alarms(view, options.now),
    ...(unproved === ''
      ? []
      : [`. open: ${unproved}${tally.refused > 0 ? `${dot}! closed, not verified ${tally.refused}` : ''}`]),
    ...(errors === '' ? [] : [`x errors: ${errors}`]),
    join(paceTexts(view)),
    join(candidateTexts(tally)),
  ].filter((line) => line !== '');
  const room = options.rows - 1 - fixed.length;
  const newest = lastErrors(state, shownErrors).map((text) => `x ${text}`);
  const flights = inFlight(view, options, Math.max(0, room - newest.length));
  return [...fixed, ...flights, ...newest.slice(0, Math.max(0, room - flights.length))];
}

function bar({ tally: { progress } }: CountedView, { columns, unicode }: LineOptions): string {
  const cells = Math.max(4, Math.min(widestBar, columns - 30));
  const full = Math.floor(progress.share * cells);
  return `[${(unicode ? '█' : '#').repeat(full)}${(unicode ? '░' : '-').repeat(cells - full)}] ${percent(progress.share)}`;
}

function alarms({ tally, live, status }: CountedView, now: number): readonly string[] {
  const lines: string[] = [];
  if (tally.suspect)
    lines.push(
      `! SUSPECT: false statements were "proved" (${tally.canaries.closed.map((name) => cleanLine(name)).join(', ')}); rely on no proof of this run`,
    );
  if (status === 'interrupted') lines.push('! nobody works on it');
  if (live === null) return lines;
  if (live.stalled)
    lines.push(
      `! stalled for ${duration(Math.max(0, now - Date.parse(live.stalled.since)))}: ${cleanLine(live.stalled.message)}`,
    );
  if (live.diskFree && live.diskFree.fraction < lowDiskShare)
    lines.push(`! disk: only ${size(live.diskFree.bytes)} left (${percent(live.diskFree.fraction)})`);
  const silence = now - Date.parse(live.updatedAt);
  if (silence > silentMs && (status === 'running' || status === 'stopping'))
    lines.push(`! no word from process ${live.pid} on ${cleanLine(live.host)} for ${duration(silence)}`);
  const newest = tally.warnings.at(-1);
  if (newest !== undefined) lines.push(`! ${newest.about}: ${cleanLine(newest.message)}`);
  return lines;
}

function inFlight({ live }: CountedView, { columns, unicode }: LineOptions, most: number): readonly string[] {
  const flights = live?.inFlight ?? [];
  const shown = flights.length > most ? flights.slice(0, Math.max(0, most - 1)) : flights;
  const name = Math.max(8, Math.min(40, Math.floor(columns / 3)));
  const lines = shown.map(({ theorem, expansions, depth, runningMs, tactic }) => {
    const facts = `${counted(expansions, 'expansion')}, depth ${depth}, ${duration(runningMs)}`;
    return `${unicode ? '»' : '>'} ${fill(cleanLine(theorem), name, unicode ? '…' : '~')}  ${facts.padEnd(34)}  ${tactic === null ? '' : cleanLine(tactic, ' ', 200)}`;
  });
  const more = flights.length - shown.length;
  return more > 0 && most > 0 ? [...lines, `  and ${more} more in flight`] : lines;
}

/** One line for a file or a pipe, without a time. */
export function plainLine(view: CountedView): string {
  const { manifest, tally, state, status } = view;
  const errors = errorsText(tally);
  const reason = state.reason === null ? '' : ` (${cleanLine(state.reason)})`;
  const parts = [
    `${manifest.command} ${manifest.id} ${cleanLine(view.phase)}${reason}: ${tally.done}/${tally.theorems} done`,
    ...(tally.canaries.pending > 0 ? [canariesText(tally)] : []),
    `${tally.proved.n} proved (${rateText(view)})`,
    ...(errors === '' ? [] : [`errors: ${errors}`]),
    ...(status === 'running' || status === 'stopping' ? paceTexts(view) : costTexts(tally.pace)),
    ...(tally.suspect ? ['SUSPECT: a canary closed'] : []),
  ];
  return parts.join('; ');
}
