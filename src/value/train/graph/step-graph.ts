import { type HeadConfig, type InputPart, inputParts, layerShapes } from '../../head/config.ts';
import { headParameters, type ParameterInfo, spectralName, TEMPERATURE } from '../../head/parameters.ts';
import { type Graph, GraphBuilder, type Value } from '../../onnx/graph.ts';
import { type AdamFactors, adamW, clipping } from './adamw.ts';
import type { Dropout } from './layers.ts';
import type { LossSettings } from './losses.ts';
import { inputRows, layerValues, lossAndGradients } from './network.ts';
import { Ops } from './ops.ts';

export interface StepSettings {
  readonly head: HeadConfig;
  readonly encoderWidth: number;
  readonly negatives: number;
  readonly losses: LossSettings;
  readonly clip: number;
}

/** Names of a parameter's moments. */
export const firstMoment = (name: string): string => `${name}.first`;
export const secondMoment = (name: string): string => `${name}.second`;
/** Output that becomes the input of this name in the next step. */
export const nextName = (name: string): string => `next.${name}`;
/** Which units of a hidden layer stay: an input of booleans, steps x rows x units. */
export const maskName = (layer: number): string => `mask${layer}`;

export const STEP_OUTPUTS = ['total', 'contrastive', 'depth', 'gradNorm', 'energies'] as const;

/** Units that dropout leaves out of 256. */
export const droppedOf256 = (dropout: number): number => Math.round(dropout * 256);

/** A block that goes from step to step. */
export interface StateInfo {
  readonly name: string;
  readonly dims: readonly number[];
}

export interface StepGraph {
  readonly graph: Graph;
  readonly parameters: readonly ParameterInfo[];
  /** What each call takes and gives back: parameters, their moments, and the vectors of spectral norms. */
  readonly states: readonly StateInfo[];
  /** Indices into the table of vectors, steps x rows: one input for each vector of a row. */
  readonly rowInputs: readonly Exclude<InputPart, 'product'>[];
  /** Widths of the hidden layers, where dropout takes masks. */
  readonly masks: readonly number[];
}

/**
 * Training steps as one graph: a `Scan` over as many steps as its inputs hold, each with forward pass, losses, backward
 * pass, clipping and AdamW. Within one call weights are not handed out and in again, which is half the time of a step.
 *
 * Beside the states it takes `table` (vectors, the last all zeros, which the index -1 means), the row inputs, the masks,
 * `present` (steps x groups x (1 + negatives)), `remaining` (steps x groups), and the factors of AdamW (one a step).
 */
export function buildStepGraph(settings: StepSettings): StepGraph {
  const { head, encoderWidth, negatives } = settings;
  const parameters = headParameters(head, encoderWidth, settings.losses.infoNce > 0);
  const shapes = layerShapes(head, encoderWidth);
  const states: StateInfo[] = [
    ...parameters.flatMap(({ name, dims }) =>
      [name, firstMoment(name), secondMoment(name)].map((one) => ({ name: one, dims })),
    ),
    ...(head.spectralNorm ? shapes.map(({ inputs }, i) => ({ name: spectralName(i), dims: [inputs] })) : []),
  ];
  const rowInputs = inputParts(head.variant).filter((part) => part !== 'product');
  const masks = droppedOf256(head.dropout) === 0 ? [] : head.hidden;
  const stepInputs = [
    ...rowInputs.map((name) => ({ name, type: 'int32', dims: ['rows'] }) as const),
    ...masks.map((units, i) => ({ name: maskName(i), type: 'bool', dims: ['rows', units] }) as const),
    { name: 'present', type: 'float32', dims: ['groups', negatives + 1] } as const,
    { name: 'remaining', type: 'float32', dims: ['groups'] } as const,
    ...(['rate', 'decay', 'epsilon'] as const).map((name) => ({ name, type: 'float32', dims: [] }) as const),
  ];
  const outer = new GraphBuilder('training');
  for (const { name, dims } of states) outer.input(name, 'float32', dims);
  outer.input('table', 'float32', ['vectors', encoderWidth]);
  for (const { name, type, dims } of stepInputs) outer.input(name, type, ['steps', ...dims]);
  const body = new GraphBuilder('step', 'step.');
  const inner = (name: string): string => `step.${name}`;
  for (const { name, dims } of states) body.input(inner(name), 'float32', dims);
  for (const { name, type, dims } of stepInputs) body.input(inner(name), type, dims);
  buildStep(body, settings, { parameters, states, inner, masks });
  const outputs = outer.ops(
    'Scan',
    [...states, ...stepInputs].map(({ name }) => name),
    states.length + STEP_OUTPUTS.length,
    {
      body: { kind: 'graph', value: body.graph() },
      num_scan_inputs: { kind: 'int', value: stepInputs.length },
    },
  );
  for (const [i, { name, dims }] of states.entries())
    outer.output(nextName(name), outputs[i] as Value, 'float32', dims);
  for (const [i, name] of STEP_OUTPUTS.entries())
    outer.output(
      name,
      outputs[states.length + i] as Value,
      'float32',
      name === 'energies' ? ['steps', 'rows'] : ['steps'],
    );
  return { graph: outer.graph(), parameters, states, rowInputs, masks };
}

interface StepNames {
  readonly parameters: readonly ParameterInfo[];
  readonly states: readonly StateInfo[];
  readonly inner: (name: string) => Value;
  readonly masks: readonly number[];
}

function buildStep(body: GraphBuilder, settings: StepSettings, names: StepNames): void {
  const { parameters, states, inner, masks } = names;
  const ops = new Ops(body);
  const { head, encoderWidth } = settings;
  const layers = layerValues(ops, head, encoderWidth, inner);
  const dropout: Dropout | null =
    masks.length === 0
      ? null
      : { masks: masks.map((_, i) => inner(maskName(i))), scale: 256 / (256 - droppedOf256(head.dropout)) };
  const hasTemperature = parameters.some(({ name }) => name === TEMPERATURE);
  const result = lossAndGradients(ops, settings, layers, {
    input: inputRows(ops, head, inner),
    dropout,
    present: inner('present'),
    remaining: inner('remaining'),
    logTemperature: hasTemperature ? inner(TEMPERATURE) : null,
  });
  const gradients = parameters.map(({ name }) => result.gradients.get(name) as Value);
  const { factor, norm } = clipping(ops, gradients, settings.clip);
  const next = new Map<string, Value>();
  for (const [i, { name, decays }] of parameters.entries()) {
    const factors: AdamFactors = {
      rate: inner('rate'),
      decay: decays ? inner('decay') : ops.number(1),
      epsilon: inner('epsilon'),
    };
    const before = { parameter: inner(name), first: inner(firstMoment(name)), second: inner(secondMoment(name)) };
    const after = adamW(ops, before, ops.mul(gradients[i] as Value, factor), factors);
    next.set(name, after.parameter).set(firstMoment(name), after.first).set(secondMoment(name), after.second);
  }
  for (const [i, { spectral }] of layers.entries()) if (spectral !== null) next.set(spectralName(i), spectral.right);
  for (const { name, dims } of states) body.output(`step.${nextName(name)}`, next.get(name) as Value, 'float32', dims);
  const measured = {
    total: result.total,
    contrastive: result.contrastive,
    depth: result.depth,
    gradNorm: norm,
    energies: result.energies,
  };
  for (const name of STEP_OUTPUTS)
    body.output(`step.${name}`, measured[name], 'float32', name === 'energies' ? ['rows'] : []);
}
