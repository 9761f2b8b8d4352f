import type { GenerateRequest, Sample, SampleFinish } from '../generation.ts';
import { serverWords } from '../http/error-body.ts';
import { badAnswer } from '../http/read-json.ts';
import type { ServerFailed } from '../server-failure.ts';
import { sampleLogProb } from './log-probs.ts';
import type { WireFinish, WireSample } from './wire.ts';

export interface ReadOptions {
  readonly what: string;
  /** The temperature that log-probs contain; null for the model's own. */
  readonly scaledBy: number | null;
  readonly ms: number;
}

export interface SamplesRead {
  readonly kind: 'read';
  readonly samples: readonly Sample[];
  readonly weightVersion: string | null;
}

/** The samples of a whole answer. A wrong number of them, an abort, or two versions of the weights in one answer are failures. */
export function readSamples(
  wire: readonly WireSample[],
  request: GenerateRequest,
  options: ReadOptions,
): SamplesRead | ServerFailed {
  const { what } = options;
  if (wire.length !== request.n)
    return badAnswer(`${what} answered ${wire.length} samples, ${request.n} were asked for`);
  const samples: Sample[] = [];
  for (const one of wire) {
    const finish = one.meta_info.finish_reason;
    if (!finish) return badAnswer(`${what} answered a sample that has not ended`);
    if (finish.type === 'abort') return abortFailure(finish, what);
    samples.push(readSample(one, finish, request, options));
  }
  const versions = new Set(wire.map(({ meta_info: meta }) => meta.weight_version ?? null));
  if (versions.size > 1) {
    const message = `${what}: the weights were changed between samples of one request (${[...versions].join(', ')})`;
    return { kind: 'serverFailed', reason: 'aborted', message, retriable: true };
  }
  return { kind: 'read', samples, weightVersion: [...versions][0] ?? null };
}

function readSample(wire: WireSample, finish: WireFinish, request: GenerateRequest, options: ReadOptions): Sample {
  const meta = wire.meta_info;
  const tokens = meta.output_token_logprobs;
  return {
    text: wire.text,
    finish: finishOf(finish),
    logProb: request.logProbs && tokens ? sampleLogProb(tokens, finish, options.scaledBy) : null,
    promptTokens: meta.prompt_tokens,
    completionTokens: meta.completion_tokens,
    // With several samples the figure counts the warm-up of the same request.
    cachedTokens: request.n > 1 ? null : (meta.cached_tokens ?? null),
    ms: options.ms,
  };
}

function finishOf(finish: WireFinish): SampleFinish {
  if (finish.type === 'stop') return { kind: 'stop', matched: finish.matched ?? null };
  if (finish.type === 'length') return { kind: 'length' };
  return { kind: 'aborted', message: serverWords(finish.message ?? '') };
}

/** An abort may come with status 200. Its own code tells one for lack of room from one that somebody asked for. */
function abortFailure(finish: Extract<WireFinish, { type: 'abort' }>, what: string): ServerFailed {
  const message = `${what}: the server gave the request up${finish.message ? `: ${serverWords(finish.message)}` : ''}`;
  const status = finish.status_code ?? null;
  if (status === 503 || status === 429 || status === 408)
    return { kind: 'serverFailed', reason: 'overloaded', message, retriable: true, status };
  if (status === 400) return { kind: 'serverFailed', reason: 'badRequest', message, retriable: false, status };
  return { kind: 'serverFailed', reason: 'aborted', message, retriable: true };
}
