import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ValueShelf } from '../../../sessions/value-shelf.ts';
import { configFrom } from '../../../src/config/schema.ts';
import { locateModel } from '../../../src/value/score/locate.ts';
import { identifyValueModel, openValueModel, type ValueSource } from '../../../src/value/score/open-value-model.ts';
import { readStates } from '../../../src/value/score/read-states.ts';
import { type ValueModel, type ValueState, valueRecord } from '../../../src/value/score/value-model.ts';
import { installHead, madeUpHead } from '../../fixtures/made-up-head.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const NEVER = new AbortController().signal;

function sourceIn(home: string): ValueSource {
  return {
    home,
    folder: home,
    profiles: new Map(),
    settings: configFrom(new Map()),
    environment: {},
    note: () => {},
    signal: NEVER,
  };
}

const state = (target: string): ValueState => ({
  goals: [{ hypotheses: [{ name: 'n', type: 'Nat' }], target }],
  rootGoals: [{ hypotheses: [], target: '∀ n : Nat, n = n' }],
  parentGoals: [{ hypotheses: [], target: '∀ n : Nat, n = n' }],
  path: ['intro n'],
});

async function opened(home: string, given: string): Promise<ValueModel> {
  const result = await openValueModel(given, sourceIn(home));
  if (result.kind !== 'valueModel') throw new Error(result.message);
  return result.model;
}

describe('a value model', () => {
  test('is found by its name, its folder or its file, and is the same each time', async () => {
    const home = temporaryFolder();
    const folder = await installHead(home, 'first');
    const hashes: string[] = [];
    for (const given of ['first', folder, join(folder, 'model.onnx')]) {
      const model = await opened(home, given);
      hashes.push(model.hash);
      expect(model).toMatchObject({ name: 'first', file: join(folder, 'model.onnx') });
      expect(model.about).toMatchObject({ encoder: { kind: 'ngram', width: 256 }, head: { variant: 'state' } });
      await model.close();
    }
    expect(new Set(hashes).size).toBe(1);
  });

  test('that is asked for by a name of none is answered with those that are there, not with trainings', async () => {
    const home = temporaryFolder();
    await installHead(home, 'first');
    mkdirSync(join(home, 'models', 'ebm', 'stopped', 'checkpoints'), { recursive: true });
    const found = await locateModel('zebra', { home, folder: home });
    expect(found).toMatchObject({ kind: 'missing', message: expect.stringContaining('(there are: first)') });
  });

  test.each(['state', 'goal', 'tactic'] as const)(
    'of the variant %s gives a batch the energies of single calls',
    async (variant) => {
      const home = temporaryFolder();
      await installHead(home, 'm', madeUpHead({ variant }));
      const states = Array.from({ length: 70 }, (_, i) => state(`n + ${i} = n`));
      const batch = await opened(home, 'm');
      const together = await batch.score(states, NEVER);
      await batch.close();
      const single = await opened(home, 'm');
      const alone: unknown[] = [];
      for (const one of states.slice(0, 10)) {
        const scored = await single.score([one], NEVER);
        alone.push(scored.kind === 'scored' ? scored.energies[0] : scored);
      }
      await single.close();
      if (together.kind !== 'scored') throw new Error(together.message);
      expect(new Set(together.energies).size).toBeGreaterThan(50);
      expect(together.energies.slice(0, 10)).toEqual(alone);
    },
  );

  test('that is missing, renamed, damaged or something else is named with the remedy', async () => {
    const home = temporaryFolder();
    const source = sourceIn(home);
    const why = async (given: string): Promise<unknown> => {
      const result = await openValueModel(given, source);
      return result.kind === 'valueModel' ? result : `${result.kind}: ${result.message}`;
    };
    expect(await why('first')).toMatch(/^missing: the value model "first" cannot be found.*there is none yet/);
    const folder = await installHead(home, 'first');
    expect(await why('frist')).toMatch(/did you mean first\?/);
    expect(await why('./nowhere/x.onnx')).toMatch(/^missing: .*there is no file or folder .*nowhere/);
    truncateSync(join(folder, 'model.onnx'), 5000);
    expect(await why('first')).toMatch(/^damaged: .*no whole ONNX file/);
    renameSync(join(folder, 'model.onnx'), join(folder, 'final.onnx'));
    expect(await why('first')).toMatch(/^missing: .*has no model.onnx, but final.onnx/);
    rmSync(join(folder, 'final.onnx'));
    mkdirSync(join(folder, 'checkpoints'));
    expect(await why('first')).toMatch(/its training has not come to one yet/);
    const reference = join(home, 'reference');
    mkdirSync(reference);
    writeFileSync(join(reference, 'energy_head_config.json'), '{}');
    expect(await why(reference)).toMatch(/ebm import/);
    writeFileSync(join(home, 'some.json'), '{}');
    expect(await why(join(home, 'some.json'))).toMatch(/^damaged: /);
  });

  test('can be told from another by its file alone', async () => {
    const home = temporaryFolder();
    await installHead(home, 'one');
    await installHead(home, 'two', madeUpHead({ seed: 2 }));
    const [one, two] = [
      await identifyValueModel('one', sourceIn(home)),
      await identifyValueModel('two', sourceIn(home)),
    ];
    if (one.kind !== 'identified' || two.kind !== 'identified') throw new Error('not identified');
    expect(one.record.hash).not.toBe(two.record.hash);
    expect(await locateModel('three', { home, folder: home })).toMatchObject({ kind: 'missing' });
  });
});

describe('a shelf of value models', () => {
  test('opens each once, and finds a recorded one where it is now; another under its name does not do', async () => {
    const home = temporaryFolder();
    const folder = await installHead(home, 'first');
    let openings = 0;
    const shelf = new ValueShelf((given) => {
      openings += 1;
      return openValueModel(given, sourceIn(home));
    });
    const [a, b] = await Promise.all([shelf.open('first'), shelf.open('first')]);
    expect(a).toBe(b);
    expect(openings).toBe(1);
    if (a?.kind !== 'valueModel') throw new Error('not opened');
    const record = valueRecord(a.model);
    expect(await shelf.openRecorded(record)).toMatchObject({ kind: 'valueModel' });
    await shelf.close();
    const later = new ValueShelf((given) => openValueModel(given, sourceIn(home)));
    renameSync(folder, join(home, 'moved'));
    expect(await later.openRecorded(record)).toMatchObject({ kind: 'missing' });
    expect(await later.openRecorded({ ...record, file: join(home, 'moved', 'model.onnx') })).toMatchObject({
      kind: 'valueModel',
    });
    await installHead(home, 'first', madeUpHead({ seed: 9 }));
    expect(await later.openRecorded(record)).toMatchObject({
      kind: 'mismatched',
      message: expect.stringContaining(record.hash.slice(0, 12)),
    });
    await later.close();
  });
});

describe('states to be scored', () => {
  const texts = (text: string): unknown => {
    const read = readStates(text, 'here');
    return read.kind === 'states' ? read.states.map(({ state: one }) => one) : read.message;
  };

  test('are read from text, JSON lines and JSON', () => {
    expect(texts('h : p\n⊢ q\n\n⊢ r\n---\n⊢ s\n')).toEqual(['h : p\n⊢ q\n\n⊢ r', '⊢ s']);
    expect(texts('"⊢ a"\n\n{"state_pp":"⊢ b"}\n')).toEqual(['⊢ a', '⊢ b']);
    expect(texts('["⊢ a", {"state":"⊢ b"}]')).toEqual(['⊢ a', '⊢ b']);
    // A row of trajectories: the root has no tactic.
    expect(readStates('{"state_pp":"⊢ a","tactic_applied":"","root":""}', 'here')).toEqual({
      kind: 'states',
      states: [{ state: '⊢ a', goal: null, tactic: null }],
    });
    expect(readStates('{"state":"⊢ a","root":"⊢ r","tactic_applied":"simp"}', 'here')).toEqual({
      kind: 'states',
      states: [{ state: '⊢ a', goal: '⊢ r', tactic: 'simp' }],
    });
  });

  test('that are none are named with their place', () => {
    expect(texts('')).toBe('here holds no state');
    expect(texts('some words')).toMatch(/no goal/);
    expect(texts('"⊢ a"\n{"goal":1}')).toMatch(/^here:2 is no state/);
    expect(texts('"⊢ a"\n{')).toMatch(/^here:2 is no JSON/);
    expect(texts('[1]')).toMatch(/^here, entry 1 is no state/);
  });
});
