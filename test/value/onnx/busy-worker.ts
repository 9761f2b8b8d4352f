/** Run as a process: has ONNX Runtime multiply for a while, and leaves it as the first argument says while it does. */
import { GraphBuilder } from '../../../src/value/onnx/graph.ts';
import { writeModel } from '../../../src/value/onnx/model-write.ts';
import { openOnnx } from '../../../src/value/onnx/open-worker.ts';
import { float32 } from '../../../src/value/onnx/tensor.ts';

const size = 400;
const builder = new GraphBuilder('powers');
const matrix = builder.input('x', 'float32', [size, size]);
let product = matrix;
for (let i = 0; i < 10; i++) product = builder.op('MatMul', [product, matrix]);
builder.output('y', product, 'float32', [size, size]);

const opened = await openOnnx({ device: 'cpu', threads: 1 });
if (opened.kind !== 'onnx') throw new Error(opened.message);
const loaded = await opened.worker.load(writeModel(builder.graph()));
if (loaded.kind !== 'loaded') throw new Error(loaded.message);
const run = () =>
  opened.worker.run({
    session: loaded.session,
    feeds: { x: float32([size, size], new Float32Array(size * size)) },
    fetch: ['y'],
  });
const first = run();
const rest = [run(), run()];
// The next is under way once the first has been answered.
await first;
if (process.argv[2] === 'exit') process.exit(143);
await opened.worker.close();
console.log((await Promise.all(rest)).map(({ kind }) => kind).join(' '));
