import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openLeanCopilot } from '../../../src/inference/leancopilot/client.ts';
import { openLeanCopilotEncoder } from '../../../src/inference/leancopilot/encoder.ts';
import { addressOf } from '../address-of.ts';
import { ask, samplesOf } from '../openai/client-of.ts';
import { type PythonServer, pythonWith, startPythonServer } from './python-server.ts';

const script = resolve(import.meta.dirname, '../../../scripts/serve_seq2seq.py');
const maker = join(import.meta.dirname, 'tiny_t5.py');

/* Models of random numbers, made on the spot: one for each program that runs them. */
describe.each([
  ['ctranslate2', ['ctranslate2', 'numpy']],
  ['transformers', ['transformers', 'torch']],
] as const)('serve_seq2seq.py with %s', (backend, modules) => {
  const python = pythonWith(...modules);
  describe.skipIf(python === null)(`(needs PROOFDECK_TEST_PYTHON, or a python3, with ${modules.join(' and ')})`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'proofdeck-t5-'));
    const model = join(folder, 'model');
    const encoder = join(folder, 'encoder');
    let server: PythonServer;

    beforeAll(async () => {
      execFileSync(python!, [maker, backend, model, encoder], { stdio: 'pipe' });
      const limits = ['--beams', '16', '--max-input-bytes', '100', '--max-output-bytes', '24'];
      const options = [
        '--model',
        model,
        '--name',
        'tiny-byt5',
        '--encoder',
        encoder,
        '--device',
        'cpu',
        '--threads',
        '1',
      ];
      server = await startPythonServer(python!, [script, ...options, ...limits, '--port', '0']);
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true });
    });

    async function open() {
      const options = { address: addressOf(server.url), key: null };
      const client = await openLeanCopilot(options);
      const vectors = await openLeanCopilotEncoder(options);
      onTestFinished(async () => {
        await client.close();
        await vectors.close();
      });
      return { client, vectors };
    }

    test('says what it serves', async () => {
      const { client } = await open();
      expect(await client.identity()).toMatchObject({
        server: 'leancopilot',
        version: 'serve_seq2seq',
        model: 'tiny-byt5',
      });
      expect(await client.health()).toMatchObject({ kind: 'ready' });
    });

    test('gives the beams of a search, likeliest first, and the same ones each time', async () => {
      const { client } = await open();
      const first = samplesOf(await client.generate(ask({ n: 8 })));
      expect(first).toHaveLength(8);
      const sums = first.map(({ logProb }) => logProb!.sum);
      expect(sums).toEqual([...sums].sort((a, b) => b - a));
      expect(sums[0]).toBeLessThan(0);
      const second = samplesOf(await client.generate(ask({ n: 8 })));
      expect(second.map(({ text }) => text)).toEqual(first.map(({ text }) => text));
      // No more than the server was set to.
      expect(samplesOf(await client.generate(ask({ n: 64 })))).toHaveLength(16);
      const [best] = samplesOf(await client.generate(ask({ n: 1 })));
      expect(best!.logProb!.sum).toBeLessThanOrEqual(0);
    });

    test('an output that was cut off says so', async () => {
      const { client } = await open();
      const samples = samplesOf(await client.generate(ask({ n: 16, maxTokens: 3 })));
      const cut = samples.filter(({ finish }) => finish.kind === 'length');
      expect(cut.length).toBeGreaterThan(0);
      for (const { completionTokens, logProb } of cut)
        expect([completionTokens, logProb!.countsEnd]).toEqual([3, false]);
    });

    test('many at once get the same as each alone', async () => {
      const { client } = await open();
      const inputs = Array.from({ length: 12 }, (_, i) => `h${i} : p\n⊢ p ∧ q${i}`);
      const asking = (text: string) => client.generate(ask({ prompt: { kind: 'text', text }, n: 4, maxTokens: 8 }));
      const alone: string[][] = [];
      for (const input of inputs) alone.push(samplesOf(await asking(input)).map(({ text }) => text));
      const together = await Promise.all(inputs.map(asking));
      expect(together.map((answer) => samplesOf(answer).map(({ text }) => text))).toEqual(alone);
    });

    test('an input that is too long is told with both numbers', async () => {
      const { client } = await open();
      const prompt = { kind: 'text', text: '⊢ '.repeat(40) } as const;
      expect(await client.generate(ask({ prompt }))).toMatchObject({
        kind: 'serverFailed',
        reason: 'tooLong',
        context: { tokens: 160, limit: 100 },
      });
    });

    test('makes vectors of length one, and none of nothing', async () => {
      const { vectors } = await open();
      const result = await vectors.embed({ texts: ['⊢ p', '', '⊢ q'], signal: new AbortController().signal });
      if (result.kind !== 'vectors') throw new Error(result.message);
      expect(result.vectors.map(({ kind }) => kind)).toEqual(['vector', 'failed', 'vector']);
      for (const one of result.vectors) {
        if (one.kind === 'vector') expect(Math.hypot(...one.vector)).toBeCloseTo(1, 5);
      }
    });

    test('LeanCopilot itself is answered: model, input, prefix in, outputs and scores out', async () => {
      const post = (body: unknown) => fetch(`${server.url}/generate`, { method: 'POST', body: JSON.stringify(body) });
      const answer = await post({ name: 'tiny-byt5', input: '⊢ p', prefix: '' });
      const { outputs } = (await answer.json()) as { outputs: { output: string; score: number }[] };
      expect(outputs).toHaveLength(16);
      for (const { output, score } of outputs) {
        expect(typeof output).toBe('string');
        expect(score).toBeGreaterThan(0);
        expect(score).toBeLessThanOrEqual(1);
      }
      for (const [body, status] of [
        [{ name: 'another', input: 'p' }, 404],
        [{ name: 'tiny-byt5', input: 'p', prefix: 'sim' }, 400],
        [{ name: 'tiny-byt5' }, 400],
        [[], 400],
      ] as const) {
        const refused = await post(body);
        expect(refused.status).toBe(status);
        expect(await refused.json()).toMatchObject({ error: expect.any(String) });
      }
    });

    test('what is wrong with a request is called by its name', async () => {
      const post = async (body: string) => {
        const answer = await fetch(`${server.url}/generate`, { method: 'POST', body });
        return [answer.status, ((await answer.json()) as { error: string }).error];
      };
      expect(await post('{"name"')).toEqual([400, expect.stringContaining('not JSON')]);
      expect(await post('{"name": "tiny-byt5", "input": "\\ud800"}')).toEqual([
        400,
        expect.stringMatching(/^the input holds .*U\+D800/),
      ]);
    });
  });
});
