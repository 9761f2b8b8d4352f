import { z } from 'zod';

/** What a head looks at; see `inputParts`. */
const headVariantSchema = z.enum(['state', 'goal', 'tactic']);
export type HeadVariant = z.infer<typeof headVariantSchema>;

export const headConfigSchema = z.object({
  variant: headVariantSchema.default('state'),
  /** Widths of the hidden layers, each with SiLU and dropout behind it; the output layer has one unit and no bias. */
  hidden: z.array(z.int().min(1).max(65_536)).max(16).default([2048, 1024, 512]),
  /** Share of hidden units left out in training, in steps of 1/256. */
  dropout: z.number().min(0).max(0.9).default(0.1),
  /** Divide every weight matrix by its largest singular value. */
  spectralNorm: z.boolean().default(false),
  /** Logarithm of the temperature of InfoNCE at the start; null = no temperature. It is learned, and held within [-5, 2]. */
  logTemperature: z.number().nullable().default(0),
});
/** Shape of an energy head. The width of its input follows from the encoder. */
export type HeadConfig = Readonly<z.infer<typeof headConfigSchema>>;

/** The vectors that a head's input is made of, one behind the other. `product` is that of state and goal, number by number. */
export type InputPart = 'state' | 'goal' | 'product' | 'tactic';

/** `goal`: the state at the root of the theorem's tree. `tactic`: the text of the tactic that led to the state; zeros at the root. */
export function inputParts(variant: HeadVariant): readonly InputPart[] {
  switch (variant) {
    case 'state':
      return ['state'];
    case 'goal':
      return ['state', 'goal', 'product'];
    case 'tactic':
      return ['state', 'tactic'];
  }
}

/** Numbers in the input of a head over an encoder of the given width. */
export function inputWidth(variant: HeadVariant, encoderWidth: number): number {
  return inputParts(variant).length * encoderWidth;
}

/** One linear layer: `outputs` x `inputs` weights, and as many biases as outputs but for the last layer. */
export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
}

/** The layers of a head, first to last. */
export function layerShapes({ variant, hidden }: HeadConfig, encoderWidth: number): readonly LayerShape[] {
  const widths = [inputWidth(variant, encoderWidth), ...hidden, 1];
  return widths.slice(1).map((outputs, i) => ({ inputs: widths[i] as number, outputs, bias: i < hidden.length }));
}

/** How many numbers training adjusts, the temperature not counted. */
export function parameterCount(config: HeadConfig, encoderWidth: number): number {
  return layerShapes(config, encoderWidth).reduce(
    (sum, { inputs, outputs, bias }) => sum + inputs * outputs + (bias ? outputs : 0),
    0,
  );
}
