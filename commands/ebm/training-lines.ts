import { cleanLine } from '../../src/text/clean.ts';
import { count, duration, figure, percent } from '../../src/text/quantity.ts';
import type { TrainingEvent } from '../../src/value/train/events.ts';
import type { CommandContext } from '../context.ts';

/** Milliseconds between two lines of steps where nobody looks on. */
const noteEveryMs = 30_000;
const energy = (value: number): string => String(Number(value.toPrecision(3)));

/** Tells of a training as it goes on: every log line to a terminal, else one now and then; validation and warnings always. */
export function trainingNotes(context: CommandContext): (event: TrainingEvent) => void {
  const everyMs = context.terminal ? 0 : noteEveryMs;
  let notedMs = performance.now();
  const now = (text: string): void => {
    notedMs = performance.now();
    context.note(text);
  };
  return (event) => {
    const isDue = performance.now() - notedMs >= everyMs;
    const line = lineOf(event);
    if (line === null) return;
    const isFrequent = event.kind === 'step.logged' || event.kind === 'encode.progress';
    if (!isFrequent || isDue) now(line);
  };
}

function lineOf(event: TrainingEvent): string | null {
  switch (event.kind) {
    case 'training.opened': {
      const { data, parameters, head, encoder, device, threads } = event;
      const layers = [...head.hidden, 1].join('-');
      return [
        `${count(data.rows)} rows, ${count(data.states)} states, ${data.eligible} of ${data.theorems} theorems proved: ${data.trainTheorems} to train on, ${data.validationTheorems} for validation`,
        `${head.variant} head over ${cleanLine(encoder.identity.name)} (${encoder.identity.width}): ${layers}, ${count(parameters)} parameters, ${device}, ${threads} thread${threads === 1 ? '' : 's'}`,
      ].join('\n');
    }
    case 'training.resumed':
      return `going on from step ${event.step}`;
    case 'encode.progress':
      return `${count(event.done)} of ${count(event.total)} texts encoded`;
    case 'step.logged': {
      const { step, steps, loss, rank, gap, statesPerSecond, etaMs, skipped } = event;
      const left = etaMs === null || step === steps ? '' : `, ${duration(etaMs)} left`;
      const lost = skipped === 0 ? '' : `, ${skipped} skipped`;
      return `step ${step}/${steps}  loss ${energy(loss)}  rank ${figure(rank, 3)}  gap ${energy(gap)}  ${count(statesPerSecond)} states/s${left}${lost}`;
    }
    case 'validated': {
      const { step, loss, rank, gap, pair, best, choice, final } = event;
      const child = choice
        ? `  child ${percent(choice.right)} of ${count(choice.groups)} (chance ${percent(choice.chance)})`
        : '';
      const what = final ? `best weights (step ${step})` : `step ${step}`;
      return `${what}: validation  loss ${energy(loss)}  rank ${figure(rank, 3)}  pair ${figure(pair, 3)}  gap ${energy(gap)}${child}${best ? '  best so far' : ''}`;
    }
    case 'warning':
      return `! step ${event.step}: ${event.message}`;
    case 'recovered':
      return `  step ${event.step}: ${event.health} is over`;
    case 'checkpoint.saved':
      return null;
    case 'training.ended':
      return null;
  }
}
