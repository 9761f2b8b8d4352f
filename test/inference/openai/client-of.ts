import { onTestFinished } from 'vitest';
import type { GenerateRequest, GenerateResult, GenerationClient } from '../../../src/inference/generation.ts';
import { openOpenAi } from '../../../src/inference/openai/client.ts';
import type { OpenAiOptions } from '../../../src/inference/openai/options.ts';
import { FakeOpenAi, type FakeOptions } from '../../fakes/openai/server.ts';
import { addressOf } from '../address-of.ts';

/** A client of a server that is there already; closed after the test. */
export async function clientAt(url: string, options: Partial<OpenAiOptions> = {}): Promise<GenerationClient> {
  const client = await openOpenAi({ address: addressOf(url), key: null, random: () => 0, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** A fake server, and a client of it; both closed after the test. */
export async function fakeAndClient(fakeOptions: FakeOptions, options: Partial<OpenAiOptions> = {}) {
  const fake = await FakeOpenAi.start(fakeOptions);
  const client = await clientAt(fake.url, options);
  onTestFinished(() => fake.close());
  return { fake, client };
}

/** A request for samples of a plain text, unless said otherwise. */
export const ask = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  prompt: { kind: 'text', text: '[GOAL]p → p[PROOFSTEP]' },
  n: 1,
  maxTokens: 64,
  temperature: 1,
  topP: 1,
  stop: [],
  logProbs: true,
  signal: new AbortController().signal,
  ...more,
});

/** The samples of an answer; a failure is thrown with its message. */
export function samplesOf(result: GenerateResult) {
  if (result.kind === 'serverFailed') throw new Error(`${result.reason}: ${result.message}`);
  return result.samples;
}
