import type { StateEncoder } from '../encode/encoder.ts';
import type { EncoderSource } from '../encode/open.ts';
import type { HeadFailed, LoadedHead } from '../head/loaded-head.ts';
import type { HeadScorer } from '../head/scorer.ts';
import type { DeviceChoice } from '../onnx/worker.ts';
import { locateModel, type ModelPlaces } from './locate.ts';
import {
  type OpenValueModelResult,
  type ValueModelAbout,
  type ValueModelUnavailable,
  type ValueRecord,
  valueRecord,
} from './value-model.ts';

/** What value models are opened from: what their encoders need, and where relative paths begin. */
export interface ValueSource extends EncoderSource, ModelPlaces {
  /** Threads of the head. @default one: a head of a few million numbers is small */
  readonly threads?: number;
  /** Where it is computed. @default CUDA where it works */
  readonly device?: DeviceChoice;
}

export type IdentifiedValueModel =
  | { readonly kind: 'identified'; readonly record: ValueRecord; readonly head: LoadedHead }
  | ValueModelUnavailable;

/** What stands under a name, folder or file, as far as its file tells; nothing is started for that. */
export async function identifyValueModel(given: string, places: ModelPlaces): Promise<IdentifiedValueModel> {
  const located = await locateModel(given, places);
  if (located.kind === 'missing') return located;
  const { loadHead } = await import('../head/load.ts');
  const head = await loadHead(located.file);
  if (head.kind === 'headFailed') return unavailable(head);
  const { name, file } = located;
  return { kind: 'identified', head, record: valueRecord({ name, hash: head.hash, file, about: aboutHead(head) }) };
}

/** A value model by its parts, for who has texts of states and no goals, as a probe of trajectories has. */
export interface ValueModelParts {
  readonly kind: 'parts';
  readonly record: ValueRecord;
  readonly head: LoadedHead;
  readonly encoder: StateEncoder;
  readonly scorer: HeadScorer;
}

/**
 * Opens a value model by its name in the home, its folder or its file: checks the head's file, opens the encoder that it was
 * trained on, makes sure that it is the same, and starts what computes energies.
 */
export async function openValueModel(given: string, source: ValueSource): Promise<OpenValueModelResult> {
  const parts = await openParts(given, source);
  if (parts.kind !== 'parts') return parts;
  const { head, record, encoder, scorer } = parts;
  const { EnergyModel } = await import('./energy-model.ts');
  const { name, hash } = record;
  const { variant } = head.head;
  const model = new EnergyModel({ name, hash, file: head.path, about: aboutHead(head), variant, encoder, scorer });
  return { kind: 'valueModel', model };
}

/** The same in parts: whoever asks for them closes encoder and scorer. */
export async function openParts(given: string, source: ValueSource): Promise<ValueModelParts | ValueModelUnavailable> {
  const identified = await identifyValueModel(given, source);
  if (identified.kind !== 'identified') return identified;
  const { head, record } = identified;
  const { openHeadScorer } = await import('../head/scorer.ts');
  const opened = await encoderOf(head, record.name, source);
  if (opened.kind !== 'encoder') return opened;
  const { encoder } = opened;
  const scorer = await openHeadScorer(head, { threads: source.threads ?? 1, device: source.device ?? 'auto' });
  if (scorer.kind === 'scorer') return { kind: 'parts', record, head, encoder, scorer: scorer.scorer };
  await encoder.close();
  return {
    kind: 'unreachable',
    message: `the value model ${record.name} cannot be computed here: ${scorer.message}`,
  };
}

/** The encoder that a head was trained on, with its vectors kept; another one under its name does not do. */
async function encoderOf(
  head: LoadedHead,
  name: string,
  source: ValueSource,
): Promise<{ readonly kind: 'encoder'; readonly encoder: StateEncoder } | ValueModelUnavailable> {
  const [{ openEncoder }, { openCachedEncoder }, { encoderMismatch }] = await Promise.all([
    import('../encode/open.ts'),
    import('../encode/cached-encoder.ts'),
    import('../head/load.ts'),
  ]);
  const { identity } = head.encoder;
  const opened = await openEncoder(identity.name, source);
  if (opened.kind !== 'encoder') {
    const message = `the value model ${name} needs the encoder ${identity.name}: ${opened.message}`;
    return { kind: 'unreachable', message };
  }
  const mismatch = encoderMismatch(head, opened.encoder.identity);
  if (mismatch !== null) {
    await opened.encoder.close();
    return { kind: 'mismatched', message: `the value model ${name}: ${mismatch.message}` };
  }
  // What is built in is as fast as a disk.
  const cached = await openCachedEncoder(opened.encoder, { home: identity.kind === 'ngram' ? null : source.home });
  if (cached.kind === 'cached') return { kind: 'encoder', encoder: cached.encoder };
  await opened.encoder.close();
  const kind = cached.kind === 'cacheMismatch' ? 'mismatched' : 'unreachable';
  return { kind, message: `the value model ${name}: ${cached.message}` };
}

function aboutHead({ encoder: { identity, fingerprint }, head, scale }: LoadedHead): ValueModelAbout {
  const { kind, name, width } = identity;
  return {
    encoder: {
      kind,
      name,
      width,
      fingerprint,
      ...('url' in identity && { url: identity.url, model: identity.model }),
    },
    head: { variant: head.variant, hidden: [...head.hidden] },
    scale,
  };
}

function unavailable({ reason, message }: HeadFailed): ValueModelUnavailable {
  switch (reason) {
    case 'missing':
    case 'unreadable':
      return { kind: 'missing', message };
    case 'damaged':
    case 'notAHead':
    case 'newer':
      return { kind: 'damaged', message };
    case 'encoderMismatch':
    case 'widthMismatch':
      return { kind: 'mismatched', message };
  }
}
