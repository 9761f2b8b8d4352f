import { describe, expect, it } from 'vitest';
import { selectCurves } from '../../sessions/select/training.ts';
import type { OpenTraining, TrainingLine } from '../../sessions/workbench.ts';
import type { TrainingEvent } from '../../src/value/train/events.ts';
import { NO_TRAINING, reduceTraining } from '../../src/value/train/state.ts';
import { Controller } from '../../views/controller.ts';
import { width } from '../../views/text/width.ts';
import { createTheme } from '../../views/theme.ts';
import { ScriptedWorkbench } from '../fixtures/scripted-workbench.ts';
import { loggedStep, openedTraining, validatedAt } from '../fixtures/trainings.ts';
import { plain } from '../helpers/plain.ts';

function training(events: readonly TrainingEvent[], more: Partial<OpenTraining> = {}): OpenTraining {
  const state = events.reduce((now, event, i) => reduceTraining(now, { seq: i + 1, t: i * 1000, event }), NO_TRAINING);
  const holder = { pid: 4711, host: 'here', startTicks: null, boot: null, nonce: 'n', since: '2026-11-20T20:00:00Z' };
  return {
    id: 'ebm/first',
    kind: 'ebm',
    name: 'first',
    status: 'training',
    state,
    holder,
    heardAt: 0,
    readAt: 0,
    problem: null,
    ...more,
  };
}

const line: TrainingLine = {
  id: 'ebm/first',
  kind: 'ebm',
  name: 'first',
  status: 'training',
  step: 500,
  steps: 1000,
  rank: 0.52,
  warnings: 1,
  heardAt: 0,
};
const events: readonly TrainingEvent[] = [
  openedTraining(1000),
  ...Array.from({ length: 10 }, (_, i) => loggedStep((i + 1) * 50, 1000)),
  validatedAt(500, 0.52, true),
  {
    kind: 'warning',
    step: 450,
    health: 'modeCollapse',
    message: 'all states have about the same energy: lower the learning rate',
  },
];

function desk(shown: OpenTraining | null, trainings: readonly TrainingLine[], ascii = false) {
  const workbench = new ScriptedWorkbench();
  workbench.more = { training: shown, trainings };
  const controller = new Controller({
    workbench,
    theme: createTheme({ depth: 0, ascii }),
    ascii,
    screen: 'training',
    now: () => 0,
  });
  controller.start();
  return {
    workbench,
    controller,
    screen: (rows: number, columns: number) => plain(controller.frame({ rows, columns })),
  };
}

describe('the Training screen', () => {
  it('shows figures, warnings, curves and the list', () => {
    const text = desk(training(events), [line]).screen(40, 150).join('\n');
    for (const wanted of [
      'ebm/first',
      'process 4711 on here',
      '500/1,000 steps',
      'best 0.520 at step 500',
      'chance 0.125',
      'rank 0.400',
      '! modeCollapse since step 450: all states have about the same energy',
      'theorems 160+18',
      'encoder ngram, 512 wide',
      'layers 64-32-1',
      'energy spread',
      'learning rate',
      'states/s 43,000',
      'left 1 min 5 s',
      'Trainings',
    ])
      expect(text).toContain(wanted);
  });

  it('shows a warning to its end where it is longer than the screen is wide', () => {
    const message =
      'nearly all samples are ranked right (0.995) and the loss is still 0.793: draw harder negatives (--hard-ratio)';
    const warned = training([...events, { kind: 'warning', step: 500, health: 'negativesTooEasy', message }]);
    const lines = desk(warned, [line]).screen(24, 80);
    const at = lines.findIndex((text) => text.includes('! negativesTooEasy since step 500: nearly'));
    expect(
      lines
        .slice(at, at + 2)
        .map((text) => text.trim())
        .join(' '),
    ).toContain(message);
  });

  it('says what goes on with one that was interrupted, and how one ended', () => {
    const gone = desk(training(events, { status: 'interrupted', holder: null }), [line])
      .screen(40, 150)
      .join('\n');
    expect(gone).toContain(':ebm train --name first --resume goes on with it');
    const ended = training(
      [
        ...events,
        {
          kind: 'training.ended',
          status: 'failed',
          reason: 'the loss is not a number',
          step: 500,
          best: null,
          file: null,
        },
      ],
      { status: 'failed' },
    );
    expect(desk(ended, [line]).screen(40, 150).join('\n')).toContain('the loss is not a number');
  });

  it('gives both ends of a curve in the same digits, and one that is level once', () => {
    const one = desk(training([openedTraining(1000), { ...loggedStep(50, 1000), loss: 0.8986 } as TrainingEvent]), [
      line,
    ]);
    expect(one.screen(40, 150).join('\n')).toMatch(/ loss 0\.899 {2}0\.899 /);
  });

  it('draws the validation over all steps, although the best weights are measured once more at the end', () => {
    const measured = training([
      openedTraining(1000),
      ...[50, 100, 150].map((step) => loggedStep(step, 1000)),
      validatedAt(50, 0.5, true),
      validatedAt(100, 0.4, false),
      validatedAt(150, 0.3, false),
      { ...validatedAt(50, 0.55, false), final: true } as TrainingEvent,
    ]);
    const [curve] = selectCurves(measured.state).filter(({ name }) => name === 'validation rank');
    expect(curve).toMatchObject({
      now: '0.300',
      points: [
        [50, 0.5],
        [100, 0.4],
        [150, 0.3],
      ],
    });
  });

  it('says when the first figures come', () => {
    const encoded = training([openedTraining(1000), { kind: 'encode.progress', done: 50, total: 50 }]);
    const text = desk(encoded, [line]).screen(24, 80).join('\n');
    expect(text).toContain('0/1,000 steps');
    expect(text).toContain('No step has been logged yet. There is a line every 50 steps.');
  });

  it('says how the first training is begun', () => {
    expect(desk(null, []).screen(24, 80).join('\n')).toContain('ebm train');
  });

  it('opens the chosen training, and asks before it stops one', () => {
    const { workbench, controller, screen } = desk(training(events), [
      line,
      { ...line, id: 'ebm/second', name: 'second' },
    ]);
    controller.keys(['j', 'enter']);
    expect(workbench.asked.at(-1)).toEqual({ kind: 'openTraining', training: 'ebm/second' });
    controller.keys(['X']);
    expect(screen(24, 80).join('\n')).toContain('Stop training ebm/first?');
    controller.keys(['y']);
    expect(workbench.asked.at(-1)).toEqual({ kind: 'stopTraining' });
  });

  it('says of a ranker that nothing is kept of what does not end', () => {
    const small = { id: 'ranker/small', kind: 'ranker', name: 'small' } as const;
    const { controller, screen } = desk(training(events, small), [{ ...line, ...small }]);
    controller.keys(['X']);
    expect(screen(24, 80).join('\n')).toContain('Stop training ranker/small? Nothing of it is kept.');
    const gone = desk(training(events, { ...small, status: 'interrupted', holder: null }), [{ ...line, ...small }]);
    expect(gone.screen(40, 150).join('\n')).toContain(':ranker train begins another');
  });

  it('fits every size, and has only ASCII signs of its own in ASCII mode', () => {
    for (const ascii of [false, true])
      for (const [rows, columns] of [
        [50, 200],
        [30, 120],
        [24, 80],
        [12, 40],
        [12, 200],
        [60, 60],
      ] as const) {
        const lines = desk(training(events), [line], ascii).screen(rows, columns);
        expect(lines).toHaveLength(rows);
        for (const text of lines) expect(width(text)).toBe(columns);
        if (ascii) expect(lines.join('')).toMatch(/^[ -~]*$/);
      }
  });
});
