import { openCachedEncoder } from '../encode/cached-encoder.ts';
import type { StateEncoder } from '../encode/encoder.ts';
import { openEncoder } from '../encode/open.ts';
import { encoderMismatch } from '../head/load.ts';
import type { LoadedHead } from '../head/loaded-head.ts';
import { type HeadScorer, openHeadScorer } from '../head/scorer.ts';
import { identifyValueModel, type ValueSource } from '../score/open-value-model.ts';
import type { ValueModelUnavailable, ValueRecord } from '../score/value-model.ts';

/** A value model by its parts: a probe gives it texts of trajectories, where a search gives it goals. */
export interface ProbedModel {
  readonly kind: 'probed';
  readonly record: ValueRecord;
  readonly head: LoadedHead;
  readonly encoder: StateEncoder;
  readonly scorer: HeadScorer;
  close(): Promise<void>;
}

/** Opens a value model by its name, folder or file, with the very encoder that it was trained on. */
export async function openProbedModel(
  given: string,
  source: ValueSource,
): Promise<ProbedModel | ValueModelUnavailable> {
  const identified = await identifyValueModel(given, source);
  if (identified.kind !== 'identified') return identified;
  const { head, record } = identified;
  const { identity } = head.encoder;
  const opened = await openEncoder(identity.name, source);
  if (opened.kind !== 'encoder')
    return {
      kind: 'unreachable',
      message: `the value model ${record.name} needs the encoder ${identity.name}: ${opened.message}`,
    };
  const mismatch = encoderMismatch(head, opened.encoder.identity);
  if (mismatch !== null) {
    await opened.encoder.close();
    return { kind: 'mismatched', message: `the value model ${record.name}: ${mismatch.message}` };
  }
  const cached = await openCachedEncoder(opened.encoder, { home: identity.kind === 'ngram' ? null : source.home });
  if (cached.kind !== 'cached') {
    await opened.encoder.close();
    return { kind: 'unreachable', message: `the value model ${record.name}: ${cached.message}` };
  }
  const { encoder } = cached;
  const scorer = await openHeadScorer(head, { threads: source.threads ?? 1 });
  if (scorer.kind === 'onnxFailed') {
    await encoder.close();
    return {
      kind: 'unreachable',
      message: `the value model ${record.name} cannot be computed here: ${scorer.message}`,
    };
  }
  const close = async (): Promise<void> => {
    await encoder.close();
    await scorer.scorer.close();
  };
  return { kind: 'probed', record, head, encoder, scorer: scorer.scorer, close };
}
