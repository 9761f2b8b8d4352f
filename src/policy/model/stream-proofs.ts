import { blankSample } from '../../inference/blank-sample.ts';
import type { GenerateRequest, GenerateResult, GenerationClient, Sample } from '../../inference/generation.ts';
import { repeatsItself } from '../extract/runaway.ts';

/** So much new text comes between two looks at a sample. */
const lookEvery = 512;
/** The end of a text in which repetitions are looked for. */
const lookBack = 1200;

type Samples = Extract<GenerateResult, { kind: 'samples' }>;

/** The answers of a question that are there already, by sample. What has failed is asked again, and nothing else. */
export type AnsweredSamples = Map<number, Samples | Stopped>;

/** A sample that was stopped because it repeated itself. */
interface Stopped {
  readonly kind: 'stopped';
  readonly text: string;
}

/**
 * Samples of long answers, each in a stream of its own: one that only repeats itself any more is stopped there, and keeps what it had
 * to say. A failure that may pass is the failure of all, but `answered` keeps what came; of other failures the rest goes on without.
 *
 * @param isRunaway whether a text that is not finished goes nowhere
 */
export async function streamProofs(
  client: Pick<GenerationClient, 'stream'>,
  request: GenerateRequest,
  answered: AnsweredSamples,
  isRunaway: (text: string) => boolean = (text) => repeatsItself(text.slice(-lookBack)),
): Promise<GenerateResult> {
  const { n, seed } = request;
  const results = await Promise.all(
    Array.from({ length: n }, async (_, i) => {
      const known = answered.get(i);
      if (known !== undefined) return known;
      const own = { ...request, n: 1, ...(seed !== undefined && { seed: (seed + i) & 0x7fffffff }) };
      const result = await streamOne(client, own, isRunaway);
      if (result.kind !== 'serverFailed') answered.set(i, result);
      return result;
    }),
  );
  const failures = results.filter((one) => one.kind === 'serverFailed');
  const failure = failures.find(({ retriable }) => retriable) ?? (failures.length === n ? failures[0] : undefined);
  if (failure !== undefined) return failure;
  const last = results.findLast((one) => one.kind === 'samples');
  return {
    kind: 'samples',
    samples: results.flatMap(samplesOf),
    // Nobody has said it where every sample was stopped.
    model: last?.model ?? '',
    weightVersion: last?.weightVersion ?? null,
  };
}

async function streamOne(
  client: Pick<GenerationClient, 'stream'>,
  request: GenerateRequest,
  isRunaway: (text: string) => boolean,
): Promise<GenerateResult | Stopped> {
  const controller = new AbortController();
  let text = '';
  let looked = 0;
  let isStopped = false;
  const signal = AbortSignal.any([request.signal, controller.signal]);
  const result = await client.stream({ ...request, signal }, (piece) => {
    text += piece.text;
    if (isStopped || text.length - looked < lookEvery) return;
    looked = text.length;
    if (!isRunaway(text)) return;
    isStopped = true;
    controller.abort();
  });
  return isStopped && result.kind === 'serverFailed' ? { kind: 'stopped', text } : result;
}

function samplesOf(result: GenerateResult | Stopped): readonly Sample[] {
  switch (result.kind) {
    case 'samples':
      return result.samples;
    case 'stopped':
      return [{ ...blankSample, text: result.text, finish: { kind: 'length' } }];
    case 'serverFailed':
      return [{ ...blankSample, finish: { kind: 'aborted', message: result.message } }];
  }
}
