import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { hasCode, storageFailure } from '../../storage/failure.ts';
import { describeEncoder, type EncoderIdentity, encoderFingerprint } from '../encode/identity.ts';
import { type ReadModel, readModel } from '../onnx/model-read.ts';
import { inputWidth, parameterCount } from './config.ts';
import { METADATA } from './export.ts';
import { HEAD_FORMAT, type HeadFailed, type HeadMetadata, headMetadataSchema, type LoadedHead } from './loaded-head.ts';

/**
 * Reads a head's file and checks that it is whole and says what it is.
 * @param path the file itself
 */
export async function loadHead(path: string): Promise<LoadedHead | HeadFailed> {
  const bytes = await readBytes(path);
  if ('kind' in bytes) return bytes;
  const model = readModel(bytes);
  if (model.kind === 'notAModel')
    return failed('damaged', `${path} is no whole ONNX file (${model.message}): copy it again, or train it anew`);
  const format = model.metadata.get(METADATA.format);
  if (format === undefined)
    return failed(
      'notAHead',
      `${path} is an ONNX file that is no energy head: name one that "proofdeck ebm train" made`,
    );
  if (format.split('/')[0] !== HEAD_FORMAT.split('/')[0])
    return failed(
      'notAHead',
      `${path} is no energy head (its format is ${format}): name one that "proofdeck ebm train" made`,
    );
  if (format !== HEAD_FORMAT)
    return failed('newer', `${path} has the format ${format}, this version reads ${HEAD_FORMAT}: update proofdeck`);
  const metadata = readMetadata(model);
  if (typeof metadata === 'string')
    return failed('damaged', `${path} does not say what it is (${metadata}): train it anew`);
  const objection = misfit(model, metadata);
  if (objection !== null) return failed('damaged', `${path}: ${objection}; train it anew`);
  return {
    kind: 'head',
    path,
    hash: createHash('sha256').update(bytes).digest('hex'),
    inputWidth: inputWidth(metadata.head.variant, metadata.encoder.identity.width),
    model: bytes,
    ...metadata,
  };
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | HeadFailed> {
  try {
    if ((await stat(path)).isDirectory())
      return failed('missing', `${path} is a folder, not the file of an energy head`);
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR'))
      return failed('missing', `there is no energy head ${path}: it was renamed or removed, or never trained`);
    return failed('unreadable', storageFailure(error, path, 'read the energy head').message);
  }
}

function readMetadata({ metadata }: ReadModel): HeadMetadata | string {
  const json = (key: string): unknown => JSON.parse(metadata.get(key) ?? 'null');
  try {
    const parsed = headMetadataSchema.safeParse({
      head: json(METADATA.head),
      encoder: json(METADATA.encoder),
      training: json(METADATA.training),
      scale: json(METADATA.scale),
    });
    return parsed.success ? parsed.data : (firstIssue(parsed.error) ?? 'it is not as expected');
  } catch {
    return 'a part of its metadata is no JSON';
  }
}

function firstIssue({ issues }: z.ZodError): string | undefined {
  const [issue] = issues;
  return issue && `${issue.path.join('.')}: ${issue.message}`;
}

/** What in the file contradicts what it says. */
function misfit(model: ReadModel, { head, encoder }: HeadMetadata): string | null {
  const width = encoder.identity.width;
  const input = model.inputs.find(({ name }) => name === 'x');
  const wanted = inputWidth(head.variant, width);
  if (input?.dims[1] !== wanted)
    return `its input is ${input?.dims[1] ?? 'not there'} wide, its encoder and variant (${head.variant}) make ${wanted}`;
  if (!model.outputs.some(({ name }) => name === 'energy')) return 'it has no output "energy"';
  const weights = [...model.weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const parameters = parameterCount(head, width);
  if (weights < parameters) return `it holds ${weights} weights of ${parameters}`;
  if (encoderFingerprint(encoder.identity) !== encoder.fingerprint)
    return 'its encoder has another fingerprint than it says';
  return null;
}

/** Why a head cannot be used with an encoder, or null when it can. */
export function encoderMismatch(head: LoadedHead, identity: EncoderIdentity): HeadFailed | null {
  const { encoder, path } = head;
  if (encoder.fingerprint === encoderFingerprint(identity)) return null;
  const both = `it was trained on vectors of ${describeEncoder(encoder.identity)}, and these come from ${describeEncoder(identity)}`;
  const remedy = 'use that encoder, or train a head on vectors of this one';
  const reason = encoder.identity.width === identity.width ? 'encoderMismatch' : 'widthMismatch';
  return failed(reason, `the energy head ${path} does not fit: ${both}: ${remedy}`);
}

function failed(reason: HeadFailed['reason'], message: string): HeadFailed {
  return { kind: 'headFailed', reason, message };
}
