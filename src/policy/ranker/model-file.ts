import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../storage/atomic-file.ts';
import { hasCode, type StorageFailed, storageFailure } from '../../storage/failure.ts';
import { makeFolder } from '../../storage/make-folder.ts';
import { type Graph, GraphBuilder } from '../../value/onnx/graph.ts';
import { readModel } from '../../value/onnx/model-read.ts';
import { writeModel } from '../../value/onnx/model-write.ts';
import { float32 } from '../../value/onnx/tensor.ts';
import { FEATURES, featureWidth } from './features.ts';
import { type NetWeights, netOf } from './net.ts';
import type { Ranker } from './ranking.ts';

/** What every ranker's file says it is. */
export const RANKER_FORMAT = 'ranker/1';

const metadataSchema = z.object({
  features: z.string(),
  width: z.int(),
  hidden: z.int().min(1),
  blend: z.object({ temperature: z.number().positive(), prior: z.number().min(0) }),
  templates: z.array(z.object({ skeleton: z.string(), theorems: z.int() })).readonly(),
  /** How it came about: the same training gives the same file. */
  training: z.record(z.string(), z.unknown()),
});
export type RankerMetadata = Readonly<z.infer<typeof metadataSchema>>;

export type LoadRankerResult =
  | {
      readonly kind: 'ranker';
      readonly ranker: Ranker;
      readonly name: string;
      readonly path: string;
      /** SHA-256 of the file. */
      readonly hash: string;
      readonly metadata: RankerMetadata;
    }
  | { readonly kind: 'rankerFailed'; readonly message: string };

/** Folder of the rankers of a home. */
export const rankersFolder = (home: string): string => join(home, 'models', 'ranker');

/** What a ranker's file in its folder is called. */
export const RANKER_FILE = 'model.onnx';

/** The bytes of a ranker's file: a plain ONNX graph from vectors to energies, with everything else as metadata inside. */
export function rankerFile(
  { weight, bias, output }: NetWeights,
  about: Omit<RankerMetadata, 'features' | 'width' | 'hidden'>,
): Uint8Array<ArrayBuffer> {
  const hidden = bias.length;
  const metadata: RankerMetadata = { features: FEATURES, width: featureWidth, hidden, ...about };
  return writeModel(graphOf({ weight, bias, output }, hidden), {
    'proofdeck.format': RANKER_FORMAT,
    'proofdeck.ranker': JSON.stringify(metadata),
  });
}

function graphOf({ weight, bias, output }: NetWeights, hidden: number): Graph {
  const builder = new GraphBuilder('ranker');
  builder.input('x', 'float32', ['candidates', featureWidth]);
  builder.initializer('weight0', float32([hidden, featureWidth], weight));
  builder.initializer('bias0', float32([hidden], bias));
  builder.initializer('weight1', float32([1, hidden], output));
  const transposed = { transB: { kind: 'int', value: 1 } } as const;
  const sums = builder.op('Gemm', ['x', 'weight0', 'bias0'], transposed);
  const active = builder.op('Mul', [sums, builder.op('Sigmoid', [sums])]);
  const energy = builder.op('Gemm', [active, 'weight1'], transposed);
  builder.output('energy', builder.op('Squeeze', [energy, builder.ints(1)]), 'float32', ['candidates']);
  return builder.graph();
}

/** Writes a ranker's file into the home, in place of one of the same name. */
export async function saveRanker(
  home: string,
  name: string,
  bytes: Uint8Array,
): Promise<{ readonly kind: 'saved'; readonly path: string; readonly hash: string } | StorageFailed> {
  const folder = join(rankersFolder(home), name);
  const path = join(folder, RANKER_FILE);
  try {
    await makeFolder(folder);
  } catch (error) {
    return storageFailure(error, folder, 'make the folder');
  }
  const written = await replaceFile(path, bytes);
  return written.kind === 'written' ? { kind: 'saved', path, hash: sha256(bytes) } : written;
}

/** Loads a ranker by its name in the home, its folder, or its file. */
export async function loadRanker(home: string, given: string): Promise<LoadRankerResult> {
  const path = await findFile(home, given);
  if (path === null)
    return failed(
      `there is no ranker ${JSON.stringify(given)}: neither a file or folder of that name, nor ${join(rankersFolder(home), given)}; train one with: proofdeck ranker train`,
    );
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT'))
      return failed(`there is no ranker ${path}: no training of it has ended; train one with: proofdeck ranker train`);
    return failed(storageFailure(error, path, 'read the ranker').message);
  }
  const model = readModel(bytes);
  if (model.kind === 'notAModel') return failed(`${path} is damaged: ${model.message}; train the ranker again`);
  const format = model.metadata.get('proofdeck.format');
  if (format !== RANKER_FORMAT) {
    const what = format === undefined ? 'an ONNX file of another program' : `of the format ${format}`;
    return failed(`${path} is no ranker: it is ${what}, and a ranker is ${RANKER_FORMAT}`);
  }
  const metadata = readMetadata(model.metadata.get('proofdeck.ranker') ?? '');
  const [weight, bias, output] = ['weight0', 'bias0', 'weight1'].map((name) => model.weights.get(name)?.data);
  if (metadata === null || !weight || !bias || !output)
    return failed(`${path} is damaged: a part of it is missing or cannot be read; train the ranker again`);
  if (metadata.features !== FEATURES || metadata.width !== featureWidth)
    return failed(
      `${path} was trained on ${metadata.features} of width ${metadata.width}, and this version has ${FEATURES} of width ${featureWidth}; train the ranker again`,
    );
  const { hidden, templates, blend } = metadata;
  if (weight.length !== hidden * featureWidth || bias.length !== hidden || output.length !== hidden)
    return failed(`${path} is damaged: its weights do not have the sizes that it names; train the ranker again`);
  return {
    kind: 'ranker',
    ranker: { net: netOf({ weight, bias, output }), templates, blend },
    name: basename(path) === RANKER_FILE ? basename(resolve(path, '..')) : basename(path, '.onnx'),
    path,
    hash: sha256(bytes),
    metadata,
  };
}

async function findFile(home: string, given: string): Promise<string | null> {
  const named = /^[\w.-]+$/.test(given) ? [join(rankersFolder(home), given)] : [];
  for (const path of [...named, resolve(given)]) {
    const kind = await kindOf(path);
    if (kind === 'file') return path;
    if (kind === 'folder') return join(path, RANKER_FILE);
  }
  return null;
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'ENAMETOOLONG')) return 'none';
    throw error;
  }
}

function readMetadata(text: string): RankerMetadata | null {
  try {
    return metadataSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const failed = (message: string) => ({ kind: 'rankerFailed', message }) as const;
