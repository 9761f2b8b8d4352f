import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { ask, clientAt, samplesOf } from '../openai/client-of.ts';
import { type PythonServer, pythonWith, startPythonServer } from './python-server.ts';

const python = pythonWith('torch', 'transformers', 'uvicorn', 'openai');

/* A second server that we did not write: it knows no samples beside the first, no log-probs, and refuses what it does not know. */
describe.skipIf(python === null)('transformers serve (needs a Python with transformers[serving] and torch)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofdeck-hf-'));
  const model = join(folder, 'model');
  let server: PythonServer;

  beforeAll(async () => {
    execFileSync(python!, [join(import.meta.dirname, 'tiny_hf.py'), model], { stdio: 'pipe' });
    const program = join(dirname(python!), 'transformers');
    const options = ['serve', model, '--port', String(await freePort()), '--device', 'cpu'];
    server = await startPythonServer(python!, [program, ...options], 'stderr');
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test('gives what it can, and what it cannot is known', async () => {
    const client = await clientAt(server.url, { model });
    const samples = samplesOf(await client.generate(ask({ n: 6, maxTokens: 6, seed: 1 })));
    expect(samples).toHaveLength(6);
    expect(samples.every(({ logProb }) => logProb === null)).toBe(true);
    expect(await client.identity()).toMatchObject({ server: 'openai', capabilities: { n: false } });
    let streamed = '';
    const [one] = samplesOf(
      await client.stream(ask({ maxTokens: 6, seed: 2 }), ({ text }) => {
        streamed += text;
      }),
    );
    expect(one!.text).toBe(streamed);
    const prompt = { kind: 'chat', messages: [{ role: 'user', content: 'prove p → p' }] } as const;
    expect(samplesOf(await client.generate(ask({ prompt, n: 2, maxTokens: 6 })))).toHaveLength(2);
  });
});
