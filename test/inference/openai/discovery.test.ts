import { expect, onTestFinished, test } from 'vitest';
import type { HttpAnswer } from '../../../src/inference/http/error-body.ts';
import { Transport } from '../../../src/inference/http/transport.ts';
import { discover } from '../../../src/inference/openai/discovery.ts';
import { systemClock } from '../../../src/search/world.ts';
import { addressOf } from '../address-of.ts';

test('a server with very many models names some of them, on one clean line', async () => {
  const ids = ['turned \u202earound', ...Array.from({ length: 500 }, (_, i) => `model-${i}`)];
  const models: HttpAnswer = {
    kind: 'answer',
    status: 200,
    contentType: 'application/json',
    text: JSON.stringify({ data: ids.map((id) => ({ id })) }),
    ms: 1,
    retryAfterMs: null,
  };
  const transport = await Transport.open({ address: addressOf('127.0.0.1:1'), key: null, clock: systemClock });
  onTestFinished(() => transport.close());
  const found = await discover(transport, { model: null, server: 'openai', models });
  if (found.kind !== 'serverFailed') throw new Error('one of many was chosen');
  expect(found.message).toMatch(/has several models; name one of turned around, model-0/);
  expect(found.message.length).toBeLessThan(800);
});
