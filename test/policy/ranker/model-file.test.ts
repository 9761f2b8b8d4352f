import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configFrom } from '../../../src/config/schema.ts';
import { candidateFeatures, featureWidth } from '../../../src/policy/ranker/features.ts';
import { loadRanker, saveRanker } from '../../../src/policy/ranker/model-file.ts';
import { energies, netOf } from '../../../src/policy/ranker/net.ts';
import { openRanker } from '../../../src/policy/ranker/open-ranker.ts';
import { poolFor } from '../../../src/policy/ranker/pool.ts';
import { GraphBuilder } from '../../../src/value/onnx/graph.ts';
import { readModel } from '../../../src/value/onnx/model-read.ts';
import { writeModel } from '../../../src/value/onnx/model-write.ts';
import { openOnnx } from '../../../src/value/onnx/open-worker.ts';
import { float32 } from '../../../src/value/onnx/tensor.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { state } from './goals.ts';
import { madeFile, madeWeights } from './made-ranker.ts';

test('ONNX Runtime makes the same of a ranker’s file as our own arithmetic', async () => {
  const goal = state('n : Nat', 'h : 0 < n', '⊢ n * n % 4 = 0 ∨ n * n % 4 = 1');
  const pool = poolFor(goal, [], new Set());
  const rows = candidateFeatures(pool, goal);
  const dense = new Float32Array(pool.length * featureWidth);
  for (let i = 0; i < pool.length; i++)
    for (let j = rows.from[i] as number; j < (rows.from[i + 1] as number); j++)
      dense[i * featureWidth + (rows.index[j] as number)]! += rows.value[j] as number;
  const opened = await openOnnx({ device: 'cpu', threads: 1 });
  if (opened.kind !== 'onnx') throw new Error(opened.message);
  try {
    const loaded = await opened.worker.load(madeFile());
    if (loaded.kind !== 'loaded') throw new Error(loaded.message);
    const feeds = { x: float32([pool.length, featureWidth], dense) };
    const ran = await opened.worker.run({ session: loaded.session, feeds, fetch: ['energy'] });
    if (ran.kind !== 'ran') throw new Error(ran.message);
    const own = energies(netOf(madeWeights()), rows);
    expect(own.length).toBeGreaterThan(10);
    for (const [i, energy] of own.entries()) expect(Number(ran.outputs.energy?.data[i])).toBeCloseTo(energy, 4);
  } finally {
    await opened.worker.close();
  }
});

test('is found by its name, its folder and its file, with the hash of what it is', async () => {
  const home = temporaryFolder();
  const saved = await saveRanker(home, 'mine', madeFile([{ skeleton: 'omega', theorems: 2 }]));
  if (saved.kind !== 'saved') throw new Error(saved.message);
  for (const given of ['mine', join(home, 'models/ranker/mine'), saved.path]) {
    const loaded = await loadRanker(home, given);
    expect(loaded, given).toMatchObject({ kind: 'ranker', name: 'mine', hash: saved.hash, path: saved.path });
    if (loaded.kind === 'ranker') expect(loaded.ranker.templates).toEqual([{ skeleton: 'omega', theorems: 2 }]);
  }
});

async function opening(home: string, model: string) {
  const settings = configFrom(new Map([['ranker.model', model]]));
  return openRanker('ranker', { kind: 'ranker' }, { home, settings, availableTactics: async () => new Set() });
}

test('what is no usable ranker is said, with its name and the remedy', async () => {
  const home = temporaryFolder();
  expect(await opening(home, '')).toMatchObject({
    kind: 'unknownProvider',
    message: expect.stringContaining('ranker.model'),
  });
  expect(await opening(home, 'none')).toMatchObject({
    kind: 'providerUnavailable',
    message: expect.stringMatching(/no ranker "none".*ranker train/),
  });
  const folder = join(home, 'models/ranker');
  const file = (name: string, bytes: Uint8Array): void => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'model.onnx'), bytes);
  };
  const whole = madeFile();
  file('cut', whole.subarray(0, whole.length >> 1));
  file('text', Buffer.from('no ONNX at all'));
  const other = new GraphBuilder('other');
  other.input('x', 'float32', [1]);
  other.output('y', 'x', 'float32', [1]);
  file('foreign', writeModel(other.graph()));
  file('head', writeModel(other.graph(), { 'proofdeck.format': 'ebm/1' }));
  const text = Buffer.from(whole).toString('latin1').replace('ranker-features/1', 'ranker-features/7');
  file('older', Buffer.from(text, 'latin1'));
  mkdirSync(join(folder, 'empty'), { recursive: true });
  const said: Readonly<Record<string, RegExp>> = {
    cut: /model\.onnx is damaged.*train the ranker again/,
    text: /model\.onnx is damaged.*train the ranker again/,
    foreign: /is no ranker: it is an ONNX file of another program/,
    head: /is no ranker: it is of the format ebm\/1/,
    older: /trained on ranker-features\/7 .*this version has ranker-features\/1/,
    empty: /there is no ranker .*model\.onnx.*ranker train/,
  };
  for (const [name, message] of Object.entries(said))
    expect(await opening(home, name), name).toMatchObject({
      kind: 'providerUnavailable',
      message: expect.stringMatching(message),
    });
});

test('a renamed folder is another name, and no name at all is no ranker', async () => {
  const home = temporaryFolder();
  await saveRanker(home, 'old', madeFile());
  renameSync(join(home, 'models/ranker/old'), join(home, 'models/ranker/new'));
  expect(await loadRanker(home, 'old')).toMatchObject({ kind: 'rankerFailed' });
  expect(await loadRanker(home, 'new')).toMatchObject({ kind: 'ranker', name: 'new' });
});

test('its file is plain ONNX, with everything else inside', async () => {
  const home = temporaryFolder();
  const saved = await saveRanker(home, 'plain', madeFile());
  if (saved.kind !== 'saved') throw new Error(saved.message);
  const model = readModel(new Uint8Array(readFileSync(saved.path)));
  if (model.kind !== 'model') throw new Error(model.message);
  expect(model.metadata.get('proofdeck.format')).toBe('ranker/1');
  expect(JSON.parse(model.metadata.get('proofdeck.ranker') ?? '')).toMatchObject({
    features: 'ranker-features/1',
    width: featureWidth,
    hidden: 8,
  });
  expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
  expect(model.outputs.map(({ name }) => name)).toEqual(['energy']);
});
