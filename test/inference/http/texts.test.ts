import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/inference/http/address.ts';
import { backoffMs } from '../../../src/inference/http/backoff.ts';
import { deadlineOf } from '../../../src/inference/http/deadline.ts';
import { errorMessage, statusFailure } from '../../../src/inference/http/error-body.ts';
import { HealthRecord } from '../../../src/inference/http/health.ts';
import { EventReader } from '../../../src/inference/http/lines.ts';
import { Measurements } from '../../../src/inference/http/measurements.ts';
import { readKey, Secret } from '../../../src/inference/http/secret.ts';
import { parseMetrics } from '../../../src/inference/panel/prometheus.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

test.each([
  ['localhost:30000', 'http://localhost:30000', ''],
  [' http://10.0.0.1:8000/ ', 'http://10.0.0.1:8000', ''],
  ['https://host/api/', 'https://host', '/api'],
])('reads the address %j', (text, origin, prefix) => {
  expect(parseAddress(text)).toMatchObject({ kind: 'address', origin, prefix, shown: origin + prefix });
});

test('a password in an address is sent, and not shown', () => {
  const address = parseAddress('http://me:s3cret@host:1');
  expect(address).toMatchObject({ shown: 'http://host:1', authorization: `Basic ${btoa('me:s3cret')}` });
  for (const text of ['ftp://me:s3cret@host', 'http://', 'http://me:s3cret@ho st'])
    expect(parseAddress(text)).toMatchObject({ kind: 'badAddress', message: expect.not.stringContaining('s3cret') });
});

describe('keys', () => {
  test('come from a variable or a file, and print as nothing', async () => {
    const path = join(await temporaryFolder(), 'key');
    await writeFile(path, 'sk-12345\n');
    for (const source of [
      { kind: 'file', path },
      { kind: 'environment', variable: 'KEY' },
    ] as const) {
      const result = await readKey(source, { KEY: ' sk-12345' });
      if (result.kind !== 'key') throw new Error(result.message);
      expect(result.key.reveal()).toBe('sk-12345');
      expect(`${result.key} ${inspect(result.key)} ${JSON.stringify({ key: result.key })}`).not.toContain('12345');
      expect(result.key.hideIn('the key sk-12345 is wrong')).toBe('the key [key] is wrong');
    }
  });

  test.each([
    [{ kind: 'environment', variable: 'NONE' } as const, 'the variable NONE holds no key'],
    [{ kind: 'environment', variable: 'TWO' } as const, 'holds more than a key'],
    [{ kind: 'file', path: '/nowhere/key' } as const, 'cannot be read (ENOENT)'],
  ])('%j is told as missing', async (source, message) => {
    expect(await readKey(source, { TWO: 'a b' })).toMatchObject({
      kind: 'noKey',
      message: expect.stringContaining(message),
    });
  });

  test('a server that repeats the key is not quoted', () => {
    expect(new Secret('k').hideIn('k')).toBe('[key]');
  });
});

test.each([
  ['{"error":{"message":"in an object"}}', 'in an object'],
  ['{"error":"as a text"}', 'as a text'],
  ['{"object":"error","message":"flat","code":400}', 'flat'],
  ['{"success":false,"error_message":"of an adapter"}', 'of an adapter'],
  ['{"detail":"of FastAPI"}', 'of FastAPI'],
  ['{"detail":[{"loc":["body"],"msg":"x"}]}', '[{"loc":["body"],"msg":"x"}]'],
  ['Internal Server Error', 'Internal Server Error'],
  ['<html><title>502 Bad Gateway</title></html>', 'a web page titled "502 Bad Gateway"'],
  ['with\u001b[31m control\nsigns', 'with control signs'],
  ['{"error":"turned \u202earound"}', 'turned around'],
  ['x'.repeat(1000), `${'x'.repeat(600)}… [400 more characters]`],
  ['', ''],
])('of the body %j it takes %j', (body, message) => expect(errorMessage(body)).toBe(message));

const answer = (status: number, text: string, hadKey = false) =>
  statusFailure({ kind: 'answer', status, contentType: '', text, ms: 1, retryAfterMs: null }, 'POST x', hadKey);

test('tells a key that is missing from one that is wrong', () => {
  expect(answer(401, '').message).toMatch(/wants a key: api_key_env/);
  expect(answer(401, '', true).message).toMatch(/does not take the key/);
});

test.each([
  [400, '{"error":{"message":"bad"}}', 'badRequest', false],
  [401, '{"error":"Unauthorized"}', 'unauthorised', false],
  [403, '{"error":"Forbidden"}', 'unauthorised', false],
  [404, '{"detail":"Not Found"}', 'badRequest', false],
  [408, '', 'overloaded', true],
  [429, '', 'overloaded', true],
  [500, 'Internal Server Error', 'badAnswer', true],
  [500, '{"object":"error","message":"aborted","type":"503","code":503}', 'overloaded', true],
  [502, '<html></html>', 'serverDown', true],
  [503, '', 'overloaded', true],
  [504, '', 'timeout', true],
  [
    400,
    '{"error":{"message":"This model does not appear to be an embedding model by default. Please add `--is-embedding`"}}',
    'wrongMode',
    false,
  ],
  [
    400,
    '{"error":{"message":"the request exceeds the available context size (512 tokens), try increasing it"}}',
    'tooLong',
    false,
  ],
] as const)('status %i with %j is %s', (status, body, reason, retriable) => {
  expect(answer(status, body)).toMatchObject({ reason, retriable, status });
});

test.each([
  ["The input (5000 tokens) is longer than the model's context length (4096 tokens).", 5000, 4096],
  [
    "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 4200 tokens: 4100 tokens from the input messages and 100 tokens for the completion.",
    4200,
    4096,
  ],
  ["This model's maximum context length is 2,048 tokens. However, you requested 2,100 tokens", 2100, 2048],
  ['The context length is too short.', null, null],
])('reads the numbers of %j', (said, tokens, limit) => {
  expect(answer(400, JSON.stringify({ error: { message: said } }))).toMatchObject({
    reason: 'tooLong',
    context: { tokens, limit },
  });
});

test('server-sent events come whole, however they are cut', () => {
  const text = ': a comment\r\ndata: {"a":1}\r\n\r\nevent: x\ndata:two\ndata: lines\n\ndata: [DONE]\n\n';
  for (let size = 1; size < text.length; size++) {
    const events: string[] = [];
    const reader = new EventReader((data) => events.push(data));
    for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
    reader.end();
    expect(events).toEqual(['{"a":1}', 'two\nlines', '[DONE]']);
  }
});

test('waits between tries are random below a bound that doubles, after what the server asked for', () => {
  const last = { random: () => 0.999_999 };
  expect([1, 2, 3, 8].map((attempt) => backoffMs(attempt, null, last))).toEqual([250, 500, 1000, 15_000]);
  expect(backoffMs(5, null, { random: () => 0 })).toBe(0);
  expect(backoffMs(1, 3000, { random: () => 0 })).toBe(3000);
});

test('a deadline is a base and a time for each token', () => {
  expect(deadlineOf({ maxTokens: 256 }, {})).toBe(85_600);
  expect(deadlineOf({ maxTokens: 100 }, { baseMs: 1000, msPerToken: 10 })).toBe(2000);
  expect(deadlineOf({ maxTokens: 100, deadlineMs: 5 }, {})).toBe(5);
});

test('three failed checks in a row make a server unresponsive, unless it answers meanwhile', () => {
  const record = new HealthRecord();
  const failed = answer(503, '');
  const refused = {
    kind: 'serverFailed',
    reason: 'serverDown',
    message: 'refused',
    retriable: true,
    reached: false,
  } as const;
  expect(record.judge(refused, 0).kind).toBe('down');
  expect(record.judge(failed, 0).kind).toBe('starting');
  expect(
    record.judge({ kind: 'answer', status: 200, contentType: '', text: '', ms: 1010, retryAfterMs: null }, 0),
  ).toEqual({ kind: 'ready', ms: 1010 });
  expect([1, 2, 3, 4].map(() => record.judge(failed, 0).kind)).toEqual([
    'suspect',
    'suspect',
    'unresponsive',
    'unresponsive',
  ]);
  expect(record.judge(failed, 1)).toMatchObject({ kind: 'suspect', failures: 1 });
  expect(record.judge(answer(401, ''), 1).kind).toBe('unauthorised');
});

test('only the most recent times are kept', () => {
  const times = new Measurements();
  expect(times.summary()).toEqual({ count: 0, meanMs: 0, p50Ms: 0, p95Ms: 0, maxMs: 0 });
  for (let ms = 1; ms <= 1000; ms++) times.add(ms);
  expect(times.summary()).toMatchObject({ count: 512, p50Ms: 745, maxMs: 1000 });
});

test('reads metrics pages, and leaves out what it does not understand', () => {
  const text = '# TYPE a gauge\na 1\nb{x="1",y="q\\"\\n"} +Inf 1700000000\nc{} NaN\n{} 3\nd{z="}"} 2e3\n';
  expect(parseMetrics(text)).toEqual([
    { name: 'a', labels: {}, value: 1 },
    { name: 'b', labels: { x: '1', y: 'q"\n' }, value: Number.POSITIVE_INFINITY },
    { name: 'd', labels: { z: '}' }, value: 2000 },
  ]);
});
