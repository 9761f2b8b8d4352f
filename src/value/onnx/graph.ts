import type { Tensor, TensorType } from './tensor.ts';

/** A value in a graph, by its name. */
export type Value = string;

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'graph'; readonly value: Graph };

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output. A dimension is a number, or the name of one that is known when the graph runs. */
export interface ValueInfo {
  readonly name: Value;
  readonly type: TensorType;
  readonly dims: readonly (number | string)[];
}

export interface Initializer {
  readonly name: Value;
  readonly tensor: Tensor;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
}

/** Opset that the graphs are written in. */
export const OPSET = 20;
export const IR_VERSION = 10;

/**
 * Puts a graph together, operator by operator. `prefix` keeps the names of a graph within a graph apart from those around it,
 * which it may use too.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #prefix: string;
  readonly #nodes: GraphNode[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #initializers: Initializer[] = [];
  readonly #constants = new Map<string, Value>();
  #count = 0;

  constructor(name: string, prefix = '') {
    this.#name = name;
    this.#prefix = prefix;
  }

  input(name: Value, type: TensorType, dims: ValueInfo['dims']): Value {
    this.#inputs.push({ name, type, dims });
    return name;
  }

  initializer(name: Value, tensor: Tensor): Value {
    this.#initializers.push({ name, tensor });
    return name;
  }

  /** A number, of shape []. */
  number(value: number): Value {
    return this.#constant(`f${value}`, { type: 'float32', dims: [], data: Float32Array.of(value) });
  }

  /** Whole numbers, as shapes and axes are given; of shape [n]. */
  ints(...values: readonly number[]): Value {
    return this.#constant(`i${values.join('_')}`, {
      type: 'int64',
      dims: [values.length],
      data: BigInt64Array.from(values.map(BigInt)),
    });
  }

  /** One whole number, of shape []. */
  int(value: number): Value {
    return this.#constant(`n${value}`, { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(value)) });
  }

  /** Adds an operator with one output. An empty input stands for one that is left out. */
  op(op: string, inputs: readonly Value[], attributes: GraphNode['attributes'] = {}): Value {
    return this.ops(op, inputs, 1, attributes)[0] as Value;
  }

  /** Adds an operator with several outputs. */
  ops(
    op: string,
    inputs: readonly Value[],
    outputs: number,
    attributes: GraphNode['attributes'] = {},
  ): readonly Value[] {
    const names = Array.from({ length: outputs }, () => this.#fresh(op));
    this.#nodes.push({ op, inputs, outputs: names, attributes });
    return names;
  }

  /** Makes a value an output under the given name. */
  output(name: Value, value: Value, type: TensorType, dims: ValueInfo['dims']): void {
    this.#nodes.push({ op: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, dims });
  }

  graph(): Graph {
    return {
      name: this.#name,
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: this.#initializers,
    };
  }

  #constant(key: string, tensor: Tensor): Value {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(`${this.#prefix}constant_${key}`, tensor);
    this.#constants.set(key, name);
    return name;
  }

  #fresh(op: string): Value {
    this.#count += 1;
    return `${this.#prefix}${op}_${this.#count}`;
  }
}
