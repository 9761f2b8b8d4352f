import { cleanLine } from '../../src/text/clean.ts';
import { count, counted, duration, figure, percent } from '../../src/text/quantity.ts';
import type { Measures } from '../../src/value/train/events.ts';
import type { TrainingState } from '../../src/value/train/state.ts';
import type { OpenTraining, TrainingLine } from '../live/training-view.ts';
import type { Figure } from './statistics.ts';

/** The figures of a training in groups, the most wanted first in each. */
export interface TrainingFigures {
  readonly train: readonly Figure[];
  readonly valid: readonly Figure[];
  readonly pace: readonly Figure[];
  readonly data: readonly Figure[];
  readonly model: readonly Figure[];
}

const plain = (name: string, text: string | number, tone: Figure['tone'] = 'plain'): Figure => ({
  name,
  text: String(text),
  tone,
});
/** Three significant digits: energies and losses have no natural scale. */
const digits = (n: number): string => String(Number(n.toPrecision(3)));

function measures(m: Measures): readonly Figure[] {
  return [
    plain('loss', digits(m.loss)),
    plain('rank', m.rank.toFixed(3)),
    plain('gap', digits(m.gap), m.gap < 0 ? 'fail' : 'plain'),
    plain('pair', m.pair.toFixed(3)),
    plain('spread', digits(m.std), m.std < 0.1 ? 'warn' : 'plain'),
    plain('active', m.active.toFixed(2)),
    plain('E+', digits(m.posEnergy)),
    plain('E-', digits(m.negEnergy)),
    plain('contrastive', digits(m.contrastive)),
    ...(m.depth > 0 ? [plain('depth', digits(m.depth))] : []),
  ];
}

/** What a training's log says, as figures. `rank`: share of samples whose positive has the least energy of all. */
export function selectTrainingFigures({ kind, state, status }: OpenTraining): TrainingFigures {
  const { opened } = state;
  const last = state.steps.at(-1);
  const valid = state.validations.at(-1);
  const { best } = state;
  // The candidates of a state are as many as there are: what drawing lots would reach stands with the choice.
  const chance = opened === null || kind === 'ranker' ? null : 1 / (1 + opened.config.negatives);
  const isWorking = status === 'training';
  return {
    train: last ? measures(last) : [],
    valid: valid
      ? [
          ...(kind === 'ranker'
            ? []
            : best
              ? [plain('best', `${best.rank.toFixed(3)} at step ${count(best.step)}`, 'ok')]
              : [plain('best', 'none yet', 'warn')]),
          ...(chance === null ? [] : [plain('chance', chance.toFixed(3), 'dim')]),
          ...(valid.choice
            ? [
                plain(
                  kind === 'ranker' ? 'first' : 'child',
                  `${percent(valid.choice.right)} of ${count(valid.choice.groups)}`,
                ),
                plain('by lot', percent(valid.choice.chance), 'dim'),
              ]
            : []),
          ...measures(valid),
        ]
      : [],
    pace: last
      ? [
          ...(isWorking && last.etaMs !== null ? [plain('left', duration(last.etaMs))] : []),
          plain('states/s', count(last.statesPerSecond)),
          plain('steps/s', figure(last.stepsPerSecond)),
          plain('learning rate', last.lr.toExponential(2)),
          plain('gradient norm', digits(last.gradNorm)),
          ...(last.temperature === null ? [] : [plain('temperature', digits(last.temperature))]),
          plain('skipped', count(last.skipped), last.skipped > 0 ? 'warn' : 'plain'),
          ...(state.checkpoint === null ? [] : [plain('checkpoint', `step ${count(state.checkpoint)}`)]),
          ...(state.resumed > 0 ? [plain('resumed', state.resumed)] : []),
        ]
      : [],
    data: opened
      ? kind === 'ranker'
        ? [
            plain('theorems', count(opened.data.theorems)),
            plain('proofs', count(opened.data.rows)),
            plain('states', count(opened.data.states)),
            plain('inputs', count(opened.data.files)),
          ]
        : [
            plain('theorems', `${count(opened.data.trainTheorems)}+${count(opened.data.validationTheorems)}`),
            plain('positives', count(opened.data.positives)),
            plain('siblings', count(opened.data.siblings)),
            plain('states', count(opened.data.states)),
            plain('rows', count(opened.data.rows)),
            plain('unknown', count(opened.data.unknown), 'dim'),
          ]
      : [],
    model: opened
      ? [
          plain('encoder', cleanLine(`${opened.encoder.identity.name}, ${count(opened.encoder.identity.width)} wide`)),
          plain('layers', [...opened.head.hidden, 1].join('-')),
          plain('parameters', count(opened.parameters)),
          plain('batch', `${opened.config.batchSize} x (1+${opened.config.negatives})`),
          plain('seed', opened.config.seed),
          plain('on', `${opened.device}, ${counted(opened.threads, 'thread')}`),
        ]
      : [],
  };
}

/** A curve over the steps: training, and validation where there is one. */
export interface Curve {
  readonly name: string;
  /** The newest value, as text. */
  readonly now: string;
  /** [step, value], oldest first. */
  readonly points: readonly (readonly [number, number])[];
}

/** The curves of a training, the most wanted first; empty before the first step was logged. */
export function selectCurves({ steps, validations }: TrainingState): readonly Curve[] {
  const curve = (name: string, points: Curve['points'], text: (value: number) => string): readonly Curve[] =>
    points.length === 0 ? [] : [{ name, now: text(points.at(-1)![1]), points }];
  return [
    ...curve(
      'loss',
      steps.map(({ step, loss }) => [step, loss]),
      digits,
    ),
    ...curve(
      'validation rank',
      // The last pass measures the best weights again: it belongs to a step that the curve has gone past.
      validations.filter(({ final }) => final !== true).map(({ step, rank }) => [step, rank]),
      (n) => n.toFixed(3),
    ),
    ...curve(
      'gap',
      steps.map(({ step, gap }) => [step, gap]),
      digits,
    ),
    ...curve(
      'rank',
      steps.map(({ step, rank }) => [step, rank]),
      (n) => n.toFixed(3),
    ),
    ...curve(
      'energy spread',
      steps.map(({ step, std }) => [step, std]),
      digits,
    ),
    ...curve(
      'learning rate',
      steps.map(({ step, lr }) => [step, lr]),
      (n) => n.toExponential(2),
    ),
  ];
}

/** `points` values at equal distances from the first step of a curve to its last, each the newest one that was known by then. */
export function resample(curve: Curve['points'], points: number): readonly number[] {
  const first = curve[0]?.[0] ?? 0;
  const last = curve.at(-1)?.[0] ?? 0;
  let at = 0;
  return Array.from({ length: points }, (_, i) => {
    const step = first + (i / Math.max(1, points - 1)) * (last - first);
    while (at + 1 < curve.length && curve[at + 1]![0] <= step) at += 1;
    return curve[at]?.[1] ?? 0;
  });
}

/** The trainings of the home, filtered by id or status. */
export function selectTrainings(lines: readonly TrainingLine[], filter: string): readonly TrainingLine[] {
  const wanted = filter.toLowerCase();
  return wanted === '' ? lines : lines.filter(({ id, status }) => `${id} ${status}`.toLowerCase().includes(wanted));
}
