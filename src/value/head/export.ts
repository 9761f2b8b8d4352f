import { type Attribute, GraphBuilder, type Value } from '../onnx/graph.ts';
import { writeModel } from '../onnx/model-write.ts';
import { float32 } from '../onnx/tensor.ts';
import { type HeadConfig, inputWidth, layerShapes } from './config.ts';
import { singularValue } from './initial.ts';
import { HEAD_FORMAT, type HeadMetadata } from './loaded-head.ts';
import { biasName, spectralName, weightName } from './parameters.ts';

/** Keys under which a head's file says what it is. */
export const METADATA = {
  format: 'proofdeck.format',
  head: 'head',
  encoder: 'encoder',
  training: 'training',
  scale: 'scale',
} as const;

/**
 * A head as one plain ONNX file: `x` (N x input width) gives `energy` (N). Weights are baked as they are used: divided by
 * their largest singular value where that is so. The same weights and metadata give the same bytes.
 * @param weights by name, with the vectors of spectral norms
 */
export function exportHead(
  weights: ReadonlyMap<string, Float32Array>,
  metadata: HeadMetadata,
): Uint8Array<ArrayBuffer> {
  const { head, encoder, training, scale } = metadata;
  const width = encoder.identity.width;
  const builder = new GraphBuilder('energy head');
  const energies = network(builder, head, width, weights);
  const shape = builder.ints(-1);
  builder.output('energy', builder.op('Reshape', [energies, shape]), 'float32', ['N']);
  return writeModel(builder.graph(), {
    [METADATA.format]: HEAD_FORMAT,
    [METADATA.head]: JSON.stringify(head),
    [METADATA.encoder]: JSON.stringify(encoder),
    [METADATA.training]: JSON.stringify(training),
    [METADATA.scale]: JSON.stringify(scale),
  });
}

function network(
  builder: GraphBuilder,
  head: HeadConfig,
  encoderWidth: number,
  weights: ReadonlyMap<string, Float32Array>,
): Value {
  const transposed: Attribute = { kind: 'int', value: 1 };
  const block = (name: string): Float32Array => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`a head without ${name}`);
    return found;
  };
  let value = builder.input('x', 'float32', ['N', inputWidth(head.variant, encoderWidth)]);
  for (const [i, { inputs, outputs, bias }] of layerShapes(head, encoderWidth).entries()) {
    const raw = block(weightName(i));
    const sigma = head.spectralNorm ? singularValue(raw, outputs, inputs, block(spectralName(i))) : 1;
    const weight = builder.initializer(
      weightName(i),
      float32([outputs, inputs], sigma === 1 ? raw : raw.map((w) => w / sigma)),
    );
    const terms = bias ? [builder.initializer(biasName(i), float32([outputs], block(biasName(i))))] : [];
    value = builder.op('Gemm', [value, weight, ...terms], { transB: transposed });
    if (bias) value = builder.op('Mul', [value, builder.op('Sigmoid', [value])]);
  }
  return value;
}
