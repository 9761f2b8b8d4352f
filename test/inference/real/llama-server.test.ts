import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/inference/http/secret.ts';
import { openOpenAiEmbedder } from '../../../src/inference/openai/embedder.ts';
import { addressOf } from '../address-of.ts';
import { ask, clientAt, samplesOf } from '../openai/client-of.ts';
import { type PythonServer, pythonWith, startPythonServer } from './python-server.ts';
import { tinyLlama } from './tiny-llama.ts';

const python = pythonWith('xllamacpp');
const script = join(import.meta.dirname, 'llama_server.py');
const words = ['intro h', 'exact h', 'simp', 'rfl', 'omega', 'constructor', ' at h', ' [∀⟨h⟩]'];

/*
 * A server that we did not write, llama.cpp's own, with a model of random numbers: what it does is what our client has to live with.
 */
describe.skipIf(python === null)('llama-server (needs PROOFDECK_TEST_PYTHON, or a python3, with xllamacpp)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofdeck-llama-'));
  const model = join(folder, 'tiny.gguf');
  let server: PythonServer;

  beforeAll(async () => {
    writeFileSync(model, tinyLlama(words));
    server = await startPythonServer(python!, [script, model]);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test('says who it is', async () => {
    const client = await clientAt(server.url);
    expect(await client.identity()).toMatchObject({
      server: 'llama-server',
      model,
      contextLength: 1024,
      capabilities: { logProbs: 'raw', n: true, chat: true, prefill: true },
    });
    expect(await client.health()).toMatchObject({ kind: 'ready' });
    expect(await (await clientAt(`${server.url}/v1`)).health()).toMatchObject({ kind: 'ready' });
  });

  test('gives samples with the log-probs of their texts', async () => {
    const client = await clientAt(server.url);
    const samples = samplesOf(await client.generate(ask({ n: 10, seed: 1, maxTokens: 8 })));
    expect(samples).toHaveLength(10);
    const written = samples.filter(({ text }) => text !== '');
    expect(written.length).toBeGreaterThan(2);
    for (const { text, logProb, finish, promptTokens } of written) {
      expect(finish.kind).toBe('stop');
      expect(promptTokens).toBeGreaterThan(5);
      expect(logProb).toMatchObject({ scaledBy: null, countsEnd: false });
      expect(logProb!.sum).toBeLessThan(0);
      // Whole words are tokens of this model; the end token is not among those that are counted.
      expect(logProb!.tokens).toBe(tokensIn(text));
    }
    expect(new Set(written.map(({ text }) => text)).size).toBeGreaterThan(1);
  });

  test('gives the same samples for the same seed, whole or in pieces', async () => {
    const client = await clientAt(server.url);
    const whole = samplesOf(await client.generate(ask({ n: 4, seed: 7, maxTokens: 8 })));
    const texts = ['', '', '', ''];
    const streamed = samplesOf(
      await client.stream(ask({ n: 4, seed: 7, maxTokens: 8 }), ({ sample, text }) => {
        texts[sample] += text;
      }),
    );
    expect(streamed.map(({ text }) => text)).toEqual(whole.map(({ text }) => text));
    expect(texts).toEqual(whole.map(({ text }) => text));
    for (const [i, sample] of streamed.entries()) {
      if (sample.logProb === null) expect(whole[i]!.logProb).toBeNull();
      else expect(sample.logProb.sum).toBeCloseTo(whole[i]!.logProb!.sum, 2);
    }
  });

  test('the log-probs are those of the model, whatever the temperature', async () => {
    const client = await clientAt(server.url);
    const byText = new Map<string, number>();
    for (const temperature of [1, 2]) {
      const samples = samplesOf(await client.generate(ask({ n: 24, seed: 3, maxTokens: 4, temperature })));
      for (const { text, logProb } of samples) {
        if (logProb === null) continue;
        const before = byText.get(text);
        if (before !== undefined) expect(logProb.sum).toBeCloseTo(before, 2);
        byText.set(text, logProb.sum);
      }
    }
    expect(byText.size).toBeGreaterThan(3);
  });

  test('answers a chat, and goes on after a given beginning', async () => {
    const client = await clientAt(server.url);
    const messages = [{ role: 'user', content: 'prove p → p' }] as const;
    const plain = samplesOf(await client.generate(ask({ prompt: { kind: 'chat', messages }, n: 4, maxTokens: 4 })));
    expect(plain).toHaveLength(4);
    const prompt = { kind: 'chat', messages, prefill: 'by\n  ' } as const;
    const samples = samplesOf(await client.generate(ask({ prompt, n: 4, seed: 2, maxTokens: 4 })));
    for (const { text } of samples) expect(text).not.toContain('by\n');
    let streamed = '';
    const [one] = samplesOf(
      await client.stream(ask({ prompt, seed: 2, maxTokens: 4 }), ({ text }) => {
        streamed += text;
      }),
    );
    expect(one!.text).toBe(streamed);
    expect(streamed).not.toContain('by\n');
  });

  test('stops before a stop text', async () => {
    const client = await clientAt(server.url);
    const samples = samplesOf(
      await client.generate(ask({ n: 16, seed: 5, maxTokens: 8, temperature: 2, stop: ['h'] })),
    );
    for (const { text, logProb } of samples) {
      expect(text).not.toContain('h');
      // It gives no log-probs for a token that it cut; then there are none, rather than a sum of too few.
      if (logProb !== null) expect(logProb.tokens).toBe(tokensIn(text));
    }
  });

  test('a prompt that is too long is told with both numbers, and is not sent again', async () => {
    const client = await clientAt(server.url);
    const failure = await client.generate(ask({ prompt: { kind: 'text', text: 'a'.repeat(1500) } }));
    expect(failure).toMatchObject({
      kind: 'serverFailed',
      reason: 'tooLong',
      retriable: false,
      context: { tokens: 1500, limit: 1024 },
    });
    expect(client.statistics()).toMatchObject({ retries: 0, failed: { tooLong: 1 } });
  });

  test('64 questions at once are all answered', async () => {
    const client = await clientAt(server.url, { maxInFlight: 16 });
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        client.generate(ask({ prompt: { kind: 'text', text: `state ${i}` }, n: 4, seed: i, maxTokens: 6 })),
      ),
    );
    for (const answer of answers) expect(samplesOf(answer)).toHaveLength(4);
    expect(client.statistics()).toMatchObject({ samples: 256, inFlight: 0, queued: 0, failed: {} });
  });

  test('lets nobody in without its key, and the key stands in no message', async () => {
    const guarded = await startPythonServer(python!, [script, model, '--api-key', 'sesame-42']);
    try {
      const right = await clientAt(guarded.url, { key: new Secret('sesame-42') });
      expect(samplesOf(await right.generate(ask({ maxTokens: 2 })))).toHaveLength(1);
      const wrong = await clientAt(guarded.url, { key: new Secret('sesame-43') });
      const failure = await wrong.generate(ask({ maxTokens: 2 }));
      expect(failure).toMatchObject({ kind: 'serverFailed', reason: 'unauthorised' });
      expect(JSON.stringify(failure)).not.toContain('sesame');
    } finally {
      await guarded.stop();
    }
  });

  test('embeds, each text as itself, and refuses what is too long alone', async () => {
    const embedding = await startPythonServer(python!, [script, model, '--embedding']);
    const embedder = await openOpenAiEmbedder({ address: addressOf(embedding.url), key: null, batch: 3 });
    try {
      const signal = new AbortController().signal;
      const texts = ['p → p', 'q ∧ r', 'x '.repeat(2000), 'p → p', 'True'];
      const result = await embedder.embed({ texts, signal });
      if (result.kind !== 'vectors') throw new Error(result.message);
      expect(result.vectors.map(({ kind }) => kind)).toEqual(['vector', 'vector', 'failed', 'vector', 'vector']);
      const [first, second, , fourth] = result.vectors.map((one) => (one.kind === 'vector' ? [...one.vector] : []));
      expect(first).toHaveLength(32);
      expect(dot(first!, fourth!)).toBeCloseTo(1, 3);
      expect(dot(first!, second!)).toBeLessThan(0.9999);
    } finally {
      await embedder.close();
      await embedding.stop();
    }
  });

  test('killed and started again while questions wait: they are answered, and the loss is told', async () => {
    const first = await startPythonServer(python!, [script, model]);
    const port = new URL(first.url).port;
    const client = await clientAt(first.url, { patienceMs: 60_000 });
    const events: string[] = [];
    client.watch(({ kind }) => events.push(kind));
    expect(samplesOf(await client.generate(ask({ maxTokens: 2 })))).toHaveLength(1);
    await first.stop();
    const waiting = Promise.all([1, 2, 3].map((seed) => client.generate(ask({ n: 2, seed, maxTokens: 4 }))));
    await new Promise<void>((resolve) => {
      const stop = client.watch(({ kind }) => {
        if (kind !== 'lost') return;
        stop();
        resolve();
      });
    });
    const second = await startPythonServer(python!, [script, model, '--port', port]);
    try {
      for (const answer of await waiting) expect(samplesOf(answer)).toHaveLength(2);
      expect(events).toContain('lost');
      expect(events).toContain('back');
    } finally {
      await second.stop();
    }
  });
});

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, one, i) => sum + one * (b[i] as number), 0);

/** Tokens of a text in this model: whole words where they stand, and single bytes elsewhere. */
function tokensIn(text: string): number {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const word = longestFirst.find((one) => text.startsWith(one, at));
    // A byte that is no sign stands as one that says so.
    count += word === undefined && text[at] !== '\uFFFD' ? Buffer.byteLength(text[at] as string) : 1;
    at += word?.length ?? 1;
  }
  return count;
}
