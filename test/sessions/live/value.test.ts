import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LiveWorkbench } from '../../../sessions/live/live-workbench.ts';
import { ValueShelf } from '../../../sessions/value-shelf.ts';
import type { OpenValueModelResult, ScoreResult } from '../../../src/value/score/value-model.ts';
import { madeUpValue } from '../../fixtures/made-up-value.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { GatedEngine, goal } from './gated-engine.ts';
import { gatedWorkbench, screenOf, settle } from './gated-workbench.ts';

let home: string;
let gated: GatedEngine;
let workbench: LiveWorkbench;
/** What can be opened, by name. */
let models: Map<string, ReturnType<typeof madeUpValue>>;
let answers: ScoreResult[];

function open(): LiveWorkbench {
  const values = new ValueShelf(async (given): Promise<OpenValueModelResult> => {
    const model = models.get(given);
    return model ? { kind: 'valueModel', model } : { kind: 'missing', message: `there is no value model ${given}` };
  });
  return gatedWorkbench(home, gated, { values });
}

beforeEach(() => {
  home = temporaryFolder();
  gated = new GatedEngine();
  answers = [];
  models = new Map(
    ['first', 'second'].map((name) => [name, madeUpValue({ name, onScore: async () => answers.shift() ?? null })]),
  );
  workbench = open();
});
afterEach(() => workbench.close());

const problem = { name: 'p', statement: 'root', imports: [] };

const screen = (columns = 170, rows = 44): Promise<string> => screenOf(workbench, { rows, columns });

const search = () => workbench.snapshot().searches[0]!.state;

/** Expands the root into two nodes. */
async function expandRoot(): Promise<void> {
  await workbench.newSearch(problem, 'step');
  await settle();
  await workbench.act({ kind: 'step' });
  await settle();
  gated.propose('root', ['left', 'right']);
  await settle();
  gated.answer('left', [goal('one')]);
  gated.answer('right', [goal('two')]);
  await settle();
}

describe('a value model in the workbench', () => {
  test('is loaded and unloaded on the way: open nodes get its energies, and the screen says which is in use', async () => {
    expect(await screen()).not.toContain('value first');
    await expandRoot();
    expect(await screen()).toMatch(/value off/);
    expect(search().nodes.map(({ energy }) => energy)).toEqual([null, null, null]);
    expect(await workbench.changeValue('first')).toBeNull();
    await settle();
    const open = search().nodes.filter(({ status }) => status === 'open');
    expect(open.map(({ energy }) => energy)).not.toContain(null);
    const shown = await screen();
    expect(shown).toContain(`value first ${models.get('first')?.hash.slice(0, 8)}`);
    expect(shown).toMatch(/value weighs 50 %/);
    expect(shown).toMatch(/left +0\.00 +-?\d\.\d\d +\d\/1/);
    expect(await workbench.changeValue('nothing')).toBe('there is no value model nothing');
    expect(search().value?.name).toBe('first');
    expect(await workbench.changeValue(null)).toBeNull();
    expect(search().value).toBeNull();
    // Until it goes on the search is one with this model.
    expect(await screen()).toMatch(/value first [0-9a-f]{8} {2}from here off/);
    await workbench.act({ kind: 'step' });
    await settle();
    expect(await screen()).toMatch(/value off/);
    const log = readFileSync(join(home, 'sessions', workbench.snapshot().session!.id, 'events.jsonl'), 'utf8');
    expect(log.match(/"kind":"user.value"/g)).toHaveLength(2);
  });

  test('shows energies in narrow trees too, in short', async () => {
    await workbench.changeValue('first');
    await expandRoot();
    const [root, left] = search().nodes;
    const short = (energy: number | null | undefined): string => `e${energy?.toFixed(1)}`;
    expect(await screen(80, 24)).toMatch(new RegExp(`1 left +${short(left?.energy)} +${left?.score?.toFixed(2)}`));
    // In the place of the word: the sign tells that it is expanded.
    expect(await screen(80, 24)).toMatch(new RegExp(`- 0 the statement +${short(root?.energy)}│`));
    expect(await screen(132, 30)).toMatch(new RegExp(`1 left +${short(left?.energy)} `));
    expect(await screen(120, 30)).toMatch(new RegExp(`1 left +e${left?.energy?.toFixed(2)} `));
  });

  test('that was unloaded after the end is still what the search was searched with; the next one has none', async () => {
    await workbench.changeValue('first');
    await expandRoot();
    await workbench.act({ kind: 'stop' });
    const hash = models.get('first')?.hash.slice(0, 8);
    expect(search()).toMatchObject({ mode: 'ended', value: { name: 'first' } });
    expect(await screen()).not.toContain('next:');
    expect(await workbench.changeValue(null)).toBeNull();
    const unloaded = await screen();
    expect(unloaded).toContain(`value first ${hash}  next: off`);
    expect(unloaded).not.toContain('model off');
    expect(await workbench.changeValue('second')).toBeNull();
    expect(await screen()).toContain(`value first ${hash}  next: second ${models.get('second')?.hash.slice(0, 8)}`);
    await workbench.changeValue(null);
    // The log alone tells it too.
    const { id } = workbench.snapshot().session!;
    await workbench.close();
    workbench = open();
    await workbench.act({ kind: 'openSession', session: id });
    expect(await screen()).toContain(`value first ${hash}  next: off`);
  });

  test('that is loaded after the end was not searched with', async () => {
    await expandRoot();
    await workbench.act({ kind: 'stop' });
    await workbench.changeValue('first');
    expect(await screen()).toContain(`value off  next: first ${models.get('first')?.hash.slice(0, 8)}`);
  });

  test('that does not answer pauses the search; going on asks again', async () => {
    await workbench.changeValue('first');
    answers.push({ kind: 'valueFailed', message: 'the encoder is away', retriable: false });
    await workbench.newSearch(problem, 'run');
    const failed = await screen();
    expect(failed).toContain('value model failed: the encoder is away');
    expect(search()).toMatchObject({ mode: 'paused', pausedBy: 'value' });
    await workbench.act({ kind: 'run' });
    await settle();
    expect(search().nodes[0]?.energy).not.toBeNull();
    expect(gated.proposals.waiting).toEqual(['root']);
    expect(await screen()).not.toContain('value model failed');
  });

  test('a recorded search goes on with its own model only, or with what a person says', async () => {
    await workbench.changeValue('first');
    await expandRoot();
    const { id } = workbench.snapshot().session!;
    await workbench.close();
    models.delete('first');
    gated = new GatedEngine();
    workbench = open();
    await workbench.act({ kind: 'openSession', session: id });
    const refused = await workbench.act({ kind: 'step' });
    expect(refused).toMatchObject({
      kind: 'refused',
      notice: { text: expect.stringContaining('there is no value model first') },
    });
    expect(refused).toMatchObject({ notice: { text: expect.stringContaining(':value load') } });
    expect(await workbench.changeValue('second')).toBeNull();
    await settle();
    expect(search().value?.name).toBe('second');
    expect(await workbench.act({ kind: 'step' })).toMatchObject({ kind: 'done' });
    await settle();
    expect(gated.proposals.waiting).toHaveLength(1);
    expect(search().nodes.filter(({ status, energy }) => status === 'open' && energy === null)).toEqual([]);
  });

  test('a recorded search whose model is there goes on with it', async () => {
    await workbench.changeValue('first');
    await expandRoot();
    const { id } = workbench.snapshot().session!;
    await workbench.close();
    gated = new GatedEngine();
    workbench = open();
    await workbench.act({ kind: 'openSession', session: id });
    expect(await workbench.act({ kind: 'step' })).toMatchObject({ kind: 'done' });
    await settle();
    expect(gated.proposals.waiting).toHaveLength(1);
  });

  test.each([
    [200, 50],
    [120, 30],
    [80, 24],
  ])('at %dx%d the chosen node tells its energy and the parts of its score', async (columns, rows) => {
    await workbench.changeValue('first');
    await expandRoot();
    const shown = await screen(columns, rows);
    expect(shown).toMatch(/energy -?\d\.\d/);
    expect(shown).toMatch(/policy \+0\.00, value [+-]\d\.\d\d → [+-]\d\.\d\d/);
    expect(shown.split('\n')).toHaveLength(rows);
  });
});
