import { onTestFinished } from 'vitest';
import type { EmbeddingClient } from '../../../src/inference/embedding.ts';
import type { GenerateRequest, GenerateResult, GenerationClient, Sample } from '../../../src/inference/generation.ts';
import type { ServerAddress } from '../../../src/inference/http/address.ts';
import { Caller, type CallerOptions } from '../../../src/inference/http/caller.ts';
import { openSglang, type SglangClientOptions } from '../../../src/inference/sglang/client.ts';
import { openSglangEmbedder, type SglangEmbedderOptions } from '../../../src/inference/sglang/embedder.ts';
import { type FakeSglang, startFakeSglang } from '../../fakes/sglang/server.ts';
import type { Switches } from '../../fakes/sglang/switches.ts';
import { addressOf } from '../address-of.ts';

/** Fakes, and clients of them, that are closed when the test has finished. */

export async function openFake(
  switches: Partial<Switches> = {},
): Promise<{ fake: FakeSglang; address: ServerAddress }> {
  const fake = await startFakeSglang(switches);
  onTestFinished(() => fake.close());
  const address = addressOf(fake.url);
  return { fake, address };
}

export async function openClient(
  switches: Partial<Switches> = {},
  options: Partial<SglangClientOptions> = {},
): Promise<{ fake: FakeSglang; client: GenerationClient }> {
  const { fake, address } = await openFake(switches);
  const client = await openSglang({ address, key: null, random: () => 0, ...options });
  onTestFinished(() => client.close());
  return { fake, client };
}

export async function openEmbedder(
  switches: Partial<Switches> = {},
  options: Partial<SglangEmbedderOptions> = {},
): Promise<{ fake: FakeSglang; client: EmbeddingClient }> {
  const { fake, address } = await openFake({ isEmbedding: true, ...switches });
  const client = await openSglangEmbedder({ address, key: null, random: () => 0, ...options });
  onTestFinished(() => client.close());
  return { fake, client };
}

export async function openCaller(
  switches: Partial<Switches> = {},
  options: Partial<CallerOptions> = {},
): Promise<{ fake: FakeSglang; caller: Caller }> {
  const { fake, address } = await openFake(switches);
  const caller = await Caller.open({ address, key: null, random: () => 0, ...options });
  onTestFinished(() => caller.close());
  return { fake, caller };
}

export const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  prompt: { kind: 'text', text: 'theorem x : p ∧ q → q ∧ p := by' },
  n: 4,
  maxTokens: 64,
  temperature: 0.8,
  topP: 0.95,
  stop: [],
  logProbs: true,
  signal: new AbortController().signal,
  ...changes,
});

export function samplesOf(result: GenerateResult): readonly Sample[] {
  if (result.kind === 'serverFailed') throw new Error(result.message);
  return result.samples;
}
