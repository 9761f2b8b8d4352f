import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, startCli } from '../../helpers/cli.ts';
import { openTestHost } from '../../helpers/lean.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { type PythonServer, pythonWith, startPythonServer } from './python-server.ts';
import { tinyLlama } from './tiny-llama.ts';

const python = pythonWith('xllamacpp');
const words = ['intro p h', 'intro h', 'exact h', 'simp', 'rfl', 'omega', 'constructor'];

/* A search whose tactics come from a server that we did not write: from the setting on the command line to the verdict. */
describe.skipIf(python === null)('a search with llama-server (needs a Python with xllamacpp)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofdeck-search-'));
  const model = join(folder, 'tiny.gguf');
  let server: PythonServer;

  beforeAll(async () => {
    await (await openTestHost()).close();
    writeFileSync(model, tinyLlama(words));
    server = await startPythonServer(python!, [join(import.meta.dirname, 'llama_server.py'), model]);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const args = (statement: string, ...more: readonly string[]) => {
    const provider = [
      '--provider',
      'openai',
      '--set',
      `openai.url=${server.url}/v1`,
      '--set',
      'policy.prompt=bfs-prover',
    ];
    const limits = ['--num-candidates', '16', '--max-nodes', '20', '--seed', '1', '--workers', '1'];
    return ['prove', statement, ...provider, ...limits, ...more];
  };

  test('proves, verifies, and records what a replay needs, which is not the server', async () => {
    const home = temporaryFolder();
    const { code, out, err } = await runCli(home, args('∀ p : Prop, p → p', '--json'));
    expect({ code, err }).toMatchObject({ code: 0 });
    const document = JSON.parse(out) as {
      session: string;
      status: string;
      verdict: { level: string };
      provider: string;
    };
    expect(document).toMatchObject({ status: 'proved', verdict: { level: 'V3' }, provider: 'openai' });
    expect(await runCli(home, ['replay', document.session, '--verify'])).toMatchObject({ code: 0 });
    const log = readFileSync(join(home, 'sessions', document.session, 'events.jsonl'), 'utf8');
    const sums = [...log.matchAll(/"score":\{"sum":(-?[\d.]+)/g)].map(([, number]) => Number(number));
    expect(sums.length).toBeGreaterThan(0);
    expect(sums.every((sum) => sum < 0)).toBe(true);
  });

  test('the server is killed in the middle and comes back: the search waits, and goes on to its end', async () => {
    const port = new URL(server.url).port;
    const child = startCli(temporaryFolder(), args('∀ p q : Prop, p → q', '--jsonl', '--set', 'policy.patience=60'));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const events: { readonly kind: string }[] = [];
    let restarted: Promise<void> | null = null;
    const restart = async () => {
      await server.stop();
      server = await startPythonServer(python!, [join(import.meta.dirname, 'llama_server.py'), model, '--port', port]);
    };
    child.stderr.resume();
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line) as { readonly kind: string };
      events.push(event);
      if (event.kind === 'candidates.proposed') restarted ??= restart();
    }
    await restarted;
    expect(await ended).toBe(1);
    const count = (kind: string) => events.filter((event) => event.kind === kind).length;
    // Every expansion that the budget allows got its candidates.
    expect([count('expansion.begun'), count('candidates.proposed'), count('search.ended')]).toEqual([20, 20, 1]);
  });
});
