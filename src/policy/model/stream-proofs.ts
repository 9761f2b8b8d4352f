import type { GenerateRequest, GenerateResult, GenerationClient, Sample } from '../../inference/generation.ts';
import { repeatsItself } from '../extract/runaway.ts';

/** So much new text comes between two looks at a sample. */
const lookEvery = 512;
/** The end of a text in which repetitions are looked for; a text of mere repetition is seen as soon as it is that long. */
const lookBack = 1200;

/**
 * Samples of long answers, each in a stream of its own: one that only repeats itself any more is stopped there, and keeps what it had
 * to say; one whose connection is lost costs no other. All fail only together.
 *
 * @param isRunaway whether a text that is not finished goes nowhere
 */
export async function streamProofs(
  client: Pick<GenerationClient, 'stream'>,
  request: GenerateRequest,
  isRunaway: (text: string) => boolean = (text) => repeatsItself(text.slice(-lookBack)),
): Promise<GenerateResult> {
  const { n, seed } = request;
  const results = await Promise.all(
    Array.from({ length: n }, (_, i) =>
      streamOne(client, { ...request, n: 1, ...(seed !== undefined && { seed: (seed + i) & 0x7fffffff }) }, isRunaway),
    ),
  );
  const first = results.find((one) => one.kind === 'samples');
  if (first === undefined) {
    const failures = results.filter((one) => one.kind === 'serverFailed');
    const failure = failures.find(({ retriable }) => retriable) ?? failures[0];
    if (failure !== undefined) return failure;
    // Everything ran away; that is an answer too.
    return { kind: 'samples', samples: results.flatMap(sampleOf), model: '', weightVersion: null };
  }
  const samples = results.flatMap((one) => (one.kind === 'serverFailed' ? [lost(one.message)] : sampleOf(one)));
  return { ...first, samples };
}

/** A sample that was stopped because it repeated itself. */
interface Stopped {
  readonly kind: 'stopped';
  readonly text: string;
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

function sampleOf(result: GenerateResult | Stopped): readonly Sample[] {
  if (result.kind === 'samples') return result.samples;
  if (result.kind === 'serverFailed') return [];
  return [{ ...nothing, text: result.text, finish: { kind: 'length' } }];
}

const lost = (message: string): Sample => ({ ...nothing, finish: { kind: 'aborted', message } });

const nothing: Omit<Sample, 'finish'> = {
  text: '',
  logProb: null,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: null,
  ms: 0,
};
