import { selectTrainings } from '../../sessions/select/training.ts';
import { allScreens, type Deck, type ViewAction } from '../deck.ts';

/** Opens the chosen training. */
export function openTraining(deck: Deck): void {
  const { snapshot, ui } = deck;
  const { query, index } = ui.lists.training;
  const line = selectTrainings(snapshot.trainings ?? [], query)[index];
  if (line) deck.act({ kind: 'openTraining', training: line.id });
}

/** Shows the training that is open, else the newest one. */
function showTraining(deck: Deck): void {
  if (deck.snapshot.training === null && (deck.snapshot.trainings?.length ?? 0) > 0)
    deck.act({ kind: 'openTraining', training: 'last' });
  deck.goTo('training');
}

/** Why the training that is shown cannot be stopped; null when it can. */
export function noTraining({ snapshot: { training } }: Deck): string | null {
  if (training === null) return 'no training is open';
  return training.holder === null ? 'no process works on the training' : null;
}

/** Asks whether the training that is shown shall end. */
export function stopTraining(deck: Deck): void {
  const { training } = deck.snapshot;
  if (!training) return;
  const after =
    training.kind === 'ranker' ? 'Nothing of it is kept.' : 'It saves a checkpoint first, and can go on later.';
  const question = `Stop training ${training.id}? ${after}`;
  deck.open({ kind: 'confirm', question, action: { kind: 'stopTraining' } });
}

export const trainingActions: readonly ViewAction[] = [
  {
    id: 'training',
    keys: ['E'],
    name: 'training',
    description: 'Trainings of value models and small policies, live: the one that was looked at last, or the newest',
    screens: allScreens,
    run: showTraining,
  },
];
