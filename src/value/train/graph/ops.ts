import type { Attribute, GraphBuilder, Value } from '../../onnx/graph.ts';

const int = (value: number): Attribute => ({ kind: 'int', value });
const FLOAT = 1;

/** The operators that training graphs use, on a builder. Shapes broadcast as in NumPy. */
export class Ops {
  readonly builder: GraphBuilder;

  constructor(builder: GraphBuilder) {
    this.builder = builder;
  }

  number = (value: number): Value => this.builder.number(value);
  add = (a: Value, b: Value): Value => this.builder.op('Add', [a, b]);
  sub = (a: Value, b: Value): Value => this.builder.op('Sub', [a, b]);
  mul = (a: Value, b: Value): Value => this.builder.op('Mul', [a, b]);
  div = (a: Value, b: Value): Value => this.builder.op('Div', [a, b]);
  min = (a: Value, b: Value): Value => this.builder.op('Min', [a, b]);
  max = (a: Value, b: Value): Value => this.builder.op('Max', [a, b]);
  neg = (a: Value): Value => this.builder.op('Neg', [a]);
  exp = (a: Value): Value => this.builder.op('Exp', [a]);
  sqrt = (a: Value): Value => this.builder.op('Sqrt', [a]);
  sigmoid = (a: Value): Value => this.builder.op('Sigmoid', [a]);
  where = (condition: Value, a: Value, b: Value): Value => this.builder.op('Where', [condition, a, b]);
  greater = (a: Value, b: Value): Value => this.builder.op('Greater', [a, b]);
  atLeast = (a: Value, b: Value): Value => this.builder.op('GreaterOrEqual', [a, b]);
  asFloat = (a: Value): Value => this.builder.op('Cast', [a], { to: int(FLOAT) });
  reshape = (a: Value, ...dims: readonly number[]): Value =>
    this.builder.op('Reshape', [a, this.builder.ints(...dims)]);
  gather = (table: Value, indices: Value): Value => this.builder.op('Gather', [table, indices]);
  concat = (values: readonly Value[], axis: number): Value =>
    values.length === 1 ? (values[0] as Value) : this.builder.op('Concat', values, { axis: int(axis) });

  /** Columns `from` up to, not with, `to` of a matrix. */
  columns = (a: Value, from: number, to: number): Value =>
    this.builder.op('Slice', [a, this.builder.ints(from), this.builder.ints(to), this.builder.ints(1)]);

  /** `a · b`, either of them transposed. */
  gemm = (a: Value, b: Value, { transA = false, transB = false, bias = '' } = {}): Value =>
    this.builder.op('Gemm', bias === '' ? [a, b] : [a, b, bias], {
      transA: int(transA ? 1 : 0),
      transB: int(transB ? 1 : 0),
    });

  /** Over the given axes, which are gone then (or 1 with `keep`); over all where none is given. */
  sum = (a: Value, axes: readonly number[] = [], keep = false): Value => this.#reduce('ReduceSum', a, axes, keep);
  greatest = (a: Value, axes: readonly number[] = []): Value => this.#reduce('ReduceMax', a, axes, false);
  sumOfSquares = (a: Value): Value => this.#reduce('ReduceSumSquare', a, [], false);

  softmax = (a: Value): Value => this.builder.op('Softmax', [a], { axis: int(1) });
  logSoftmax = (a: Value): Value => this.builder.op('LogSoftmax', [a], { axis: int(1) });

  /** Sum of values of one shape. */
  total = (values: readonly Value[]): Value => values.reduce((sum, value) => this.add(sum, value));

  #reduce(op: string, a: Value, axes: readonly number[], keep: boolean): Value {
    const inputs = axes.length === 0 ? [a] : [a, this.builder.ints(...axes)];
    return this.builder.op(op, inputs, { keepdims: int(keep ? 1 : 0) });
  }
}
