import { closeSync, openSync, readFileSync, readSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/inference/http/secret.ts';
import { commandLine, shellText } from '../../../src/inference/serve/command-line.ts';
import { endingWords, remedyFor } from '../../../src/inference/serve/death.ts';
import { blotOut, lastLines } from '../../../src/inference/serve/log-tail.ts';
import {
  serveEmbeddingSettingsSchema,
  serveSettingsSchema,
  settingsFor,
} from '../../../src/inference/serve/settings.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const place = { mode: 'generate', model: '/m', host: '127.0.0.1', port: 30000, keyFile: null } as const;

test.each([
  ["ModuleNotFoundError: No module named 'sglang'", 'pip install'],
  ['torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 7.00 GiB', 'serve.mem_fraction'],
  ['launch_server.py: error: unrecognized arguments: --enable-what', 'serve.extra_args'],
  ['OSError: /models/x does not appear to have a file named config.json', 'serve.model_path'],
  ['OSError: You are trying to access a gated repo.', 'HF_TOKEN'],
  ["ERROR: [Errno 98] error while attempting to bind on address ('0.0.0.0', 30000): address already in use", '--port'],
])('knows what helps against %s', (line, remedy) => {
  expect(remedyFor(['Loading safetensors', line, '  File "x.py", line 3'])).toContain(remedy);
});

test('says nothing of what it does not know', () => {
  expect(remedyFor(['Traceback', 'KeyError: 3'])).toBeNull();
  expect(endingWords({ code: 3, signal: null })).toBe('with exit code 3');
  expect(endingWords({ code: null, signal: 'SIGKILL' })).toContain('out of memory');
});

test('keys come out of a log in place, and out of what is shown of it', () => {
  const path = join(temporaryFolder(), 'server.log');
  const text = "ServerArgs(api_key='geheim', x=1)\n\u001B[31mübel\u001B[0m geheim\n\nlast\n";
  writeFileSync(path, text);
  const key = new Secret('geheim');
  expect(lastLines(path, 2, [key])).toEqual(['übel [key]', 'last']);
  blotOut(path, [key]);
  expect(readFileSync(path, 'utf8')).toBe(text.replaceAll('geheim', '******'));
  expect(lastLines(join(path, 'missing'), 2)).toEqual([]);
});

test('a log of any size is searched, and only its beginning', () => {
  const path = join(temporaryFolder(), 'server.log');
  writeFileSync(path, "ServerArgs(api_key='geheim')\n");
  // Larger than what is read at once, without taking room on the disk.
  truncateSync(path, 3 * 2 ** 30);
  blotOut(path, [new Secret('geheim')]);
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(28);
  readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  expect(bytes.toString()).toBe("ServerArgs(api_key='******')");
});

test('a command line has what is set, and never a key', () => {
  const settings = serveSettingsSchema.parse({
    command: '"/opt/my python" -m sglang.launch_server',
    mem_fraction: 0,
    max_running: 256,
    metrics: false,
    memory_saver: true,
    weights_backup: true,
    dtype: 'bf16',
    extra_args: '--json-model-override-args \'{"a": 1}\'',
  });
  const made = commandLine({ ...place, settings, keyFile: '/home/keys.yaml' });
  if (made.kind !== 'commandLine') throw new Error(made.message);
  expect(made.program).toBe('/opt/my python');
  expect(shellText(made.args)).toBe(
    '-m sglang.launch_server --model-path /m --host 127.0.0.1 --port 30000 --max-running-requests 256 --dtype bfloat16 --schedule-policy lpm --schedule-conservativeness 0.3 --enable-memory-saver --enable-weights-cpu-backup --config /home/keys.yaml --json-model-override-args \'{"a": 1}\'',
  );
  const command = 'python3 -m sglang.launch_server --api-key x';
  expect(commandLine({ ...place, settings: { ...settings, command } })).toMatchObject({
    kind: 'badSettings',
    message: expect.stringMatching(/^serve\.command holds --api-key/),
  });
  for (const extra of ['--api-key x', '--admin-api-key=x', '--config mine.yaml'])
    expect(
      commandLine({ ...place, settings: { ...settings, extra_args: extra }, keyFile: '/home/keys.yaml' }),
    ).toMatchObject({ kind: 'badSettings', message: expect.not.stringMatching(/ x|mine/) });
});

test('what a server that embeds has of its own wins, the rest is as for the other', () => {
  const serve = serveSettingsSchema.parse({
    model_path: '/m',
    mem_fraction: 0.7,
    quantization: 'fp8',
    extra_args: '--a',
  });
  const embedding = serveEmbeddingSettingsSchema.parse({ mem_fraction: 0.4, port: 30005 });
  expect(settingsFor('embed', serve, embedding)).toMatchObject({
    model_path: '/m',
    mem_fraction: 0.4,
    quantization: 'fp8',
    port: 30005,
    extra_args: '--disable-overlap-schedule',
  });
  expect(settingsFor('generate', serve, embedding)).toBe(serve);
});
