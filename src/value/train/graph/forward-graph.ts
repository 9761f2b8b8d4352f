import { type HeadConfig, inputParts, layerShapes } from '../../head/config.ts';
import { biasName, headParameters, spectralName, weightName } from '../../head/parameters.ts';
import { type Graph, GraphBuilder } from '../../onnx/graph.ts';
import { forward, type LayerValues } from './layers.ts';
import { inputRows } from './network.ts';
import { Ops } from './ops.ts';
import { largestSingularValue } from './spectral.ts';

/** Energies of rows of the table, without dropout, over weights that are inputs: what validation asks for. */
export function buildForwardGraph(head: HeadConfig, encoderWidth: number): Graph {
  const builder = new GraphBuilder('energies');
  const ops = new Ops(builder);
  const shapes = layerShapes(head, encoderWidth);
  for (const { name, dims } of headParameters(head, encoderWidth, false)) builder.input(name, 'float32', dims);
  builder.input('table', 'float32', ['vectors', encoderWidth]);
  for (const part of inputParts(head.variant)) if (part !== 'product') builder.input(part, 'int32', ['rows']);
  const layers = shapes.map(({ inputs, bias }, i): LayerValues => {
    const weight = weightName(i);
    if (!head.spectralNorm) return { weight, bias: bias ? biasName(i) : null, spectral: null };
    const right = builder.input(spectralName(i), 'float32', [inputs]);
    return { weight, bias: bias ? biasName(i) : null, spectral: largestSingularValue(ops, weight, right) };
  });
  const { output } = forward(
    ops,
    inputRows(ops, head, (name) => name),
    layers,
    null,
  );
  builder.output('energies', ops.reshape(output, -1), 'float32', ['rows']);
  return builder.graph();
}
