import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TrainingDesk } from '../../../sessions/live/training-desk.ts';
import { TrainingReader } from '../../../sessions/training/training-reader.ts';
import { acquireLock } from '../../../src/storage/lock.ts';
import { loggedStep, openedTraining, trainingFolder, trainingLines, validatedAt } from '../../fixtures/trainings.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proofdeck-trainings-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('a training that is read from its folder', () => {
  it('is read on from where it was, and a torn line waits', async () => {
    const folder = trainingFolder(home, 'ebm/first', [openedTraining(1000), loggedStep(50, 1000)]);
    const reader = new TrainingReader(folder);
    expect(await reader.refresh()).toBe(true);
    expect(reader.state.steps.map(({ step }) => step)).toEqual([50]);
    expect(await reader.refresh()).toBe(false);
    const next = trainingLines([loggedStep(100, 1000)]);
    appendFileSync(join(folder, 'events.jsonl'), next.slice(0, 40));
    await reader.refresh();
    expect(reader.state.steps).toHaveLength(1);
    appendFileSync(join(folder, 'events.jsonl'), next.slice(40));
    await reader.refresh();
    expect(reader.state.steps.map(({ step }) => step)).toEqual([50, 100]);
  });

  it('names a line that is no event, and reads the others', async () => {
    const folder = trainingFolder(home, 'ebm/first', [openedTraining(1000)]);
    appendFileSync(
      join(folder, 'events.jsonl'),
      `{"seq":2,"t":1,"kind":"nonsense"}\n${trainingLines([loggedStep(50, 1000)])}`,
    );
    const reader = new TrainingReader(folder);
    await reader.refresh();
    expect(reader.problem).toContain('is no event of a training');
    expect(reader.state.steps).toHaveLength(1);
  });

  it('takes each line once, however often it is asked at the same time', async () => {
    const folder = trainingFolder(home, 'ebm/first', [openedTraining(1000), loggedStep(50, 1000)]);
    const reader = new TrainingReader(folder);
    expect(await Promise.all([reader.refresh(), reader.refresh()])).toEqual([true, false]);
    expect(reader.state.steps.map(({ step }) => step)).toEqual([50]);
  });

  it('starts again with a log that was begun anew', async () => {
    const folder = trainingFolder(home, 'ebm/first', [
      openedTraining(1000),
      loggedStep(50, 1000),
      loggedStep(100, 1000),
    ]);
    const reader = new TrainingReader(folder);
    await reader.refresh();
    writeFileSync(join(folder, 'events.jsonl'), trainingLines([openedTraining(20)]));
    await reader.refresh();
    expect(reader.state.opened?.config.steps).toBe(20);
    expect(reader.state.steps).toEqual([]);
  });
});

describe('the trainings of a home', () => {
  it('are listed with how they stand; one whose process is gone is interrupted', async () => {
    trainingFolder(home, 'ebm/first', [openedTraining(1000), loggedStep(50, 1000), validatedAt(50, 0.4, true)]);
    trainingFolder(home, 'ranker/second', [
      openedTraining(1000),
      {
        kind: 'training.ended',
        status: 'stoppedEarly',
        reason: 'no better',
        step: 700,
        best: null,
        file: 'model.onnx',
      },
    ]);
    const desk = new TrainingDesk(home, () => undefined);
    expect(desk.trainings).toBeNull();
    expect((await desk.act({ kind: 'openTraining', training: 'first' })).kind).toBe('done');
    expect(desk.training).toMatchObject({ id: 'ebm/first', status: 'interrupted' });
    const lines = [...(desk.trainings ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(lines).toMatchObject([
      { id: 'ebm/first', status: 'interrupted', step: 50, steps: 1000, rank: 0.4 },
      { id: 'ranker/second', status: 'stoppedEarly', step: 700, rank: null },
    ]);
    expect(await desk.act({ kind: 'stopTraining' })).toMatchObject({ kind: 'refused' });
    desk.close();
  });

  it('say why they cannot be looked for, also where only one kind of them cannot', async () => {
    mkdirSync(join(home, 'models'));
    writeFileSync(join(home, 'models', 'ebm'), 'no folder');
    const desk = new TrainingDesk(home, () => undefined);
    const refused = await desk.act({ kind: 'openTraining', training: 'last' });
    expect(refused).toMatchObject({
      kind: 'refused',
      notice: { text: expect.stringContaining('models/ebm: a part of the path is a file') },
    });
    rmSync(join(home, 'models', 'ebm'));
    const none = await desk.act({ kind: 'openTraining', training: 'last' });
    expect(none).toMatchObject({ kind: 'refused', notice: { text: expect.stringContaining('no training yet') } });
    desk.close();
  });

  it('keep their places while they are worked on, and models without a log are none', async () => {
    const begun = (at: string) => ({ ...openedTraining(1000), createdAt: at }) as ReturnType<typeof openedTraining>;
    const folders = ['08', '09', '10'].map((hour, i) =>
      trainingFolder(home, `ebm/${'abc'[i]}`, [begun(`2026-11-20T${hour}:00:00Z`), loggedStep(50, 1000)]),
    );
    const locks = await Promise.all(folders.slice(0, 2).map((folder) => acquireLock(join(folder, 'writer.lock'))));
    mkdirSync(join(home, 'models', 'ranker', 'mine'), { recursive: true });
    writeFileSync(join(home, 'models', 'ranker', 'mine', 'model.onnx'), 'x');
    mkdirSync(join(home, 'models', 'ebm', 'imported'));
    const desk = new TrainingDesk(home, () => undefined);
    for (const [i, folder] of folders.entries()) {
      utimesSync(join(folder, 'events.jsonl'), 2e9, 2e9 - i);
      await desk.act({ kind: 'openTraining', training: 'c' });
      expect(desk.trainings?.map(({ id }) => id)).toEqual(['ebm/b', 'ebm/a', 'ebm/c']);
      utimesSync(join(folder, 'events.jsonl'), 2e9, 2e9 + 10);
    }
    for (const locked of locks) if (locked.kind === 'locked') locked.lock.release();
    desk.close();
  });

  it('say when they were last read, also where nothing has changed since', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 5000 });
    trainingFolder(home, 'ebm/first', [openedTraining(1000)]);
    const desk = new TrainingDesk(home, () => undefined);
    await desk.act({ kind: 'openTraining', training: 'first' });
    expect(desk.training?.readAt).toBe(5000);
    vi.setSystemTime(65_000);
    expect(desk.training?.readAt).toBe(65_000);
    vi.useRealTimers();
    desk.close();
  });

  it('show the process that works on one, and say which there are when another is asked for', async () => {
    const folder = trainingFolder(home, 'ebm/first', [openedTraining(1000), loggedStep(50, 1000)]);
    const locked = await acquireLock(join(folder, 'writer.lock'));
    if (locked.kind !== 'locked') throw new Error('not locked');
    const desk = new TrainingDesk(home, () => undefined);
    await desk.act({ kind: 'openTraining', training: 'last' });
    expect(desk.training).toMatchObject({ status: 'training', holder: { pid: process.pid } });
    const refused = await desk.act({ kind: 'openTraining', training: 'other' });
    expect(refused.kind === 'refused' && refused.notice.text).toContain('ebm/first');
    locked.lock.release();
    desk.close();
  });
});
