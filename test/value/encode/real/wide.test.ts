import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { configFrom } from '../../../../src/config/schema.ts';
import { writePart } from '../../../../src/trajectory/writer.ts';
import { cosine } from '../../../../src/value/encode/agreement.ts';
import { type EncoderSource, openEncoder } from '../../../../src/value/encode/open.ts';
import { openValueModel } from '../../../../src/value/score/open-value-model.ts';
import { runCli } from '../../../helpers/cli.ts';
import { type PythonServer, pythonWith, startPythonServer } from '../../../inference/real/python-server.ts';
import { tinyLlama } from '../../../inference/real/tiny-llama.ts';
import { madeRow, madeSearch } from '../../../trajectory/made-rows.ts';

const python = pythonWith('xllamacpp');
const script = join(import.meta.dirname, '..', '..', '..', 'inference', 'real', 'llama_server.py');
const WIDTH = 4096;
const { signal } = new AbortController();

/** A state beside the first step of a theorem's proof. */
const deadEnd = (theorem: string) =>
  madeRow({
    ...{ theorem_name: theorem, search: theorem, state_id: 90, parent_state_id: 0, depth_from_root: 1 },
    ...{
      state_pp: `h : ${theorem}\n⊢ no way ${theorem}`,
      tactic_applied: 'wrong',
      label: 'negative',
      verdict_level: 'V3',
    },
  });

/*
 * Embeddings as wide as those of a 7-billion-parameter model, of a transformer that runs on llama.cpp: random numbers, but the whole way
 * from the text to the energy.
 */
describe.skipIf(python === null)('4096 numbers from llama-server (needs a Python with xllamacpp)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofdeck-wide-'));
  const home = join(folder, 'home');
  const model = join(folder, 'wide.gguf');
  const trajectories = join(folder, 'made.parquet');
  const texts = Array.from({ length: 24 }, (_, i) => `${'h : 0 < n\n'.repeat(i % 7)}⊢ n + n = ${i}`);
  let server: PythonServer;
  let source: EncoderSource;

  const sourceAt = (url: string): EncoderSource => ({
    settings: configFrom(new Map(Object.entries({ 'openai.url': url }))),
    profiles: new Map([['openai', { kind: 'openai' }]]),
    ...{ environment: {}, home, note: () => {}, signal },
  });

  beforeAll(async () => {
    writeFileSync(model, tinyLlama(['intro h', 'omega'], 1, WIDTH));
    const rows = Array.from({ length: 12 }, (_, i) => [...madeSearch(`T${i}`, 3), deadEnd(`T${i}`)]).flat();
    expect((await writePart(trajectories, rows)).kind).toBe('written');
    server = await startPythonServer(python!, [script, model, '--embedding']);
    source = sourceAt(server.url);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test('a batch gives each text the vector that it gets alone', async () => {
    const opened = await openEncoder('openai', source);
    if (opened.kind !== 'encoder') throw new Error(opened.message);
    onTestFinished(() => opened.encoder.close());
    expect(opened.encoder.identity).toMatchObject({ kind: 'openai', server: 'llama-server', width: WIDTH });
    const together = await opened.encoder.encode(texts, signal);
    if (together.kind !== 'vectors') throw new Error(together.message);
    for (const [i, text] of texts.entries()) {
      const alone = await opened.encoder.encode([text], signal);
      if (alone.kind !== 'vectors') throw new Error(alone.message);
      expect(cosine(alone.vectors[0]!, together.vectors[i]!)).toBeGreaterThan(0.9999);
    }
    expect(cosine(together.vectors[0]!, together.vectors[1]!)).toBeLessThan(0.9999);
  });

  test('a server that pools so that a batch changes the vectors is refused before it is used', async () => {
    const mean = await startPythonServer(python!, [script, model, '--embedding', '--pooling', 'mean']);
    onTestFinished(() => mean.stop());
    expect(await openEncoder('openai', sourceAt(mean.url))).toMatchObject({
      kind: 'encoderUnavailable',
      message: expect.stringContaining('gets another vector in a batch than alone'),
    });
    const oneByOne = await openEncoder('openai', { ...sourceAt(mean.url), batch: 1 });
    if (oneByOne.kind !== 'encoder') throw new Error(oneByOne.message);
    await oneByOne.encoder.close();
  });

  test('encode, train and score: vectors are made once, and the head has energies of its own for each state', async () => {
    const encoder = ['--encoder', 'openai', '--set', `openai.url=${server.url}`];
    const encode = async () =>
      runCli(home, ['ebm', 'encode', '--trajectories', trajectories, ...encoder, '--json', '--quiet']);
    const first = await encode();
    expect(first.err).toBe('');
    const counts = JSON.parse(first.out);
    expect(counts).toMatchObject({ schema: 'proofdeck.ebm-encode/1', cached: 0, failed: 0, complete: true });
    expect(counts.encoded).toBe(counts.states);
    expect(JSON.parse((await encode()).out)).toMatchObject({ cached: counts.states, encoded: 0 });
    const small = ['--steps', '2', '--batch-size', '4', '--k-negatives', '2', '--val-batches', '1'];
    const trained = await runCli(home, [
      'ebm',
      'train',
      '--trajectories',
      trajectories,
      ...encoder,
      '--name',
      'wide',
      ...small,
    ]);
    expect(trained.err).not.toContain('proofdeck:');
    expect(trained.code).toBe(0);
    const opened = await openValueModel('wide', { ...source, folder });
    if (opened.kind !== 'valueModel') throw new Error(opened.message);
    onTestFinished(() => opened.model.close());
    expect(opened.model.about).toMatchObject({ encoder: { width: WIDTH }, head: { hidden: [2048, 1024, 512] } });
    const state = (target: string) => ({
      goals: [{ hypotheses: [], target }],
      rootGoals: [],
      path: [],
      parentGoals: null,
    });
    const scored = await opened.model.score([state('p'), state('q ∧ r'), state('p')], signal);
    if (scored.kind !== 'scored') throw new Error(scored.message);
    const [one, two, three] = scored.energies;
    expect(one).toEqual(three);
    expect(one).not.toEqual(two);
  });
});
