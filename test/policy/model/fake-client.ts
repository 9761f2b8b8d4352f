import type { GenerateRequest, GenerateResult, GenerationClient, Sample } from '../../../src/inference/generation.ts';
import type { ServerFailed } from '../../../src/inference/server-failure.ts';
import type { ServerIdentity } from '../../../src/inference/server-identity.ts';

export const IDENTITY: ServerIdentity = {
  kind: 'identity',
  server: 'sglang',
  version: '0.5.20',
  model: 'fake/prover',
  contextLength: 4096,
  weightVersion: '1',
  capabilities: {
    logProbs: 'raw',
    n: true,
    stop: true,
    stopTokenIds: true,
    topK: true,
    minP: true,
    seed: true,
    stream: true,
    completion: true,
    chat: false,
    prefill: false,
    embeddings: false,
    weightSwap: false,
    memoryRelease: false,
    metrics: false,
  },
};

/** A sample with one token for each word. */
export function sample(text: string, changes: Partial<Sample> = {}): Sample {
  const perToken = text.split(' ').map((_, i) => -0.5 - i);
  return {
    text,
    finish: { kind: 'stop', matched: null },
    logProb: {
      sum: perToken.reduce((sum, one) => sum + one, 0),
      tokens: perToken.length,
      perToken,
      scaledBy: null,
      countsEnd: true,
    },
    promptTokens: 10,
    completionTokens: perToken.length,
    cachedTokens: null,
    ms: 1,
    ...changes,
  };
}

export const failure = (reason: ServerFailed['reason'], more: Partial<ServerFailed> = {}): ServerFailed => ({
  kind: 'serverFailed',
  reason,
  message: `it is ${reason}`,
  retriable: true,
  ...more,
});

type Answer = (request: GenerateRequest, asked: number) => Promise<GenerateResult> | GenerateResult;

/** A client whose server is a function. */
export class FakeClient implements GenerationClient {
  readonly url = 'http://fake:30000';
  readonly requests: GenerateRequest[] = [];
  isClosed = false;
  readonly #answer: Answer;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    this.requests.push(request);
    return this.#answer(request, this.requests.length);
  }

  stream(request: GenerateRequest): Promise<GenerateResult> {
    return this.generate(request);
  }

  identity(): Promise<ServerIdentity | ServerFailed> {
    return Promise.resolve(IDENTITY);
  }

  health(): never {
    throw new Error('nobody asks for it');
  }

  statistics(): never {
    throw new Error('nobody asks for them');
  }

  watch(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** What a server says that answers with these texts, as often as is wanted. */
export const says =
  (...texts: readonly string[]): Answer =>
  ({ n }) => ({
    kind: 'samples',
    samples: Array.from({ length: n }, (_, i) => sample(texts[i % texts.length] as string)),
    model: IDENTITY.model,
    weightVersion: IDENTITY.weightVersion,
  });
