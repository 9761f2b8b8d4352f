import { jobOfTheorem, selectTheorems } from '../../sessions/select/run.ts';
import { selectRunRows } from '../../sessions/select/run-rows.ts';
import type { OpenRun } from '../../sessions/workbench.ts';
import type { TheoremTally } from '../../src/run/tally-theorems.ts';
import { allScreens, type Deck, type ViewAction } from '../deck.ts';
import { noTraining, stopTraining } from './training.ts';

/** The chosen theorem of the open run. */
export function chosenTheorem({ snapshot, ui }: Pick<Deck, 'snapshot' | 'ui'>): TheoremTally | null {
  const { run } = snapshot;
  if (!run) return null;
  const query = { filter: ui.lists.theorems.query, order: ui.theoremOrder, reverse: ui.theoremReverse };
  const rows = selectTheorems(run, query);
  return rows.find(({ index }) => index === ui.theorem) ?? rows[ui.lists.theorems.index] ?? null;
}

/** The job behind the chosen row of the focused pane: of a theorem, of a search in flight, or of an example of an error. */
function chosenJob(deck: Deck, run: OpenRun): string | null {
  const { runPane, lists } = deck.ui;
  if (runPane !== 'theorems')
    return selectRunRows(run, runPane, lists[runPane].query).rows[lists[runPane].index]?.job ?? null;
  const theorem = chosenTheorem(deck);
  return theorem === null ? null : jobOfTheorem(run, theorem);
}

/** Opens the search of the chosen theorem. */
export function openTheorem(deck: Deck): void {
  const { run } = deck.snapshot;
  if (!run) return;
  const job = chosenJob(deck, run);
  if (job !== null) deck.act({ kind: 'openTheorem', job }, () => deck.goTo('search'));
  else if (deck.ui.runPane === 'theorems')
    deck.notify('info', 'the search of this theorem has not begun: there is nothing to look at yet');
}

/** Why nobody would hear a wish; null when the run's process does. */
export function noProcess(deck: Deck): string | null {
  const { run } = deck.snapshot;
  if (run === null) return 'no run is open';
  return run.holder === null ? `no process works on the run: it is ${run.status}` : null;
}

/** Pauses the run, or lets it go on. */
export function pauseOrContinueRun(deck: Deck): void {
  deck.act({ kind: deck.snapshot.run?.status === 'paused' ? 'continueRun' : 'pauseRun' });
}

/** First after what is in flight; a run that is stopping so, at once. */
function stop(deck: Deck): void {
  if (deck.ui.screen === 'training') {
    stopTraining(deck);
    return;
  }
  const { run } = deck.snapshot;
  if (!run) return;
  const inFlight = run.tally.running;
  const now = run.status === 'stopping';
  const question = now
    ? `Stop run ${run.id} now? What is in flight (${inFlight}) is done again when it is resumed; nothing else is lost.`
    : `Stop run ${run.id} after the theorems in flight (${inFlight})? It can be resumed later.`;
  deck.open({ kind: 'confirm', question, action: { kind: 'stopRun', how: now ? 'now' : 'afterCurrent' } });
}

function whyNotPrioritised(deck: Deck): string | null {
  const problem = noProcess(deck);
  if (problem !== null) return problem;
  const theorem = chosenTheorem(deck);
  if (theorem === null) return 'no theorem is chosen';
  const { ended, running, all } = theorem.attempts;
  return ended + running === all ? `${theorem.name} does not wait any more` : null;
}

function prioritise(deck: Deck): void {
  const theorem = chosenTheorem(deck);
  const { run } = deck.snapshot;
  if (!theorem || !run) return;
  const highest = run.tally.perTheorem.reduce((most, { priority }) => Math.max(most, priority), 0);
  deck.act({ kind: 'prioritise', theorem: theorem.name, priority: highest + 1 });
}

/** Shows the run that is open, else the newest one. */
function showRun(deck: Deck): void {
  const newest = deck.snapshot.runs?.[0];
  if (deck.snapshot.run === null && newest) deck.act({ kind: 'openRun', run: newest.id });
  deck.goTo('run');
}

const allPanes = { theorems: 3, flight: 3, errors: 3, log: 3, warnings: 3 } as const;

export const runActions: readonly ViewAction[] = [
  {
    id: 'run.stop',
    keys: ['X'],
    name: 'stop',
    description:
      'Stop the run after the theorems in flight, one that is stopping so at once; or the training, with a checkpoint; asks first',
    screens: ['run', 'training'],
    footer: { ...allPanes, training: 2 },
    now: ({ snapshot }) => (snapshot.run?.status === 'stopping' ? { name: 'stop now' } : {}),
    refusal: (deck) => (deck.ui.screen === 'training' ? noTraining(deck) : noProcess(deck)),
    run: stop,
  },
  {
    id: 'run.prioritise',
    keys: ['+'],
    name: 'take next',
    description: 'Take the chosen theorem before all others that wait',
    screens: ['run'],
    footer: { theorems: 4 },
    refusal: whyNotPrioritised,
    run: prioritise,
  },
  {
    id: 'run.resume',
    keys: ['r'],
    name: 'resume',
    description: 'Go on with an interrupted or stopped run, in a process of its own',
    screens: ['run'],
    refusal: ({ snapshot: { run } }) =>
      run === null
        ? 'no run is open'
        : run.holder !== null
          ? `process ${run.holder.pid} works on it`
          : run.status === 'finished'
            ? 'the run is finished'
            : null,
    now: ({ snapshot: { run } }) => (run?.status === 'interrupted' || run?.status === 'stopped' ? { place: 0 } : {}),
    run: (deck) => deck.act({ kind: 'resumeRun' }),
  },
  {
    id: 'run',
    keys: ['R'],
    name: 'run',
    description: 'The run that was looked at last, or the newest one',
    screens: allScreens,
    run: showRun,
  },
];
