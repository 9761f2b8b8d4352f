// Stands in for `lean -o FILE.olean FILE.lean`: elaborates the file in the embedded Lean, reports as Lean does
// (`FILE:LINE:COLUMN: error: …` on standard output, exit code 1), and writes the compiled module only when there are no errors.
//   node lean-compiler.ts -o <olean> <file>
import { readFileSync, writeFileSync } from 'node:fs';
import { LeanClient } from '../../src/lean/client.ts';
import { openEmbeddedHost } from '../../src/lean/embedded/embedded-host.ts';
import { PROOFDECK_DIALECT } from '../../src/lean/protocol/dialect.ts';
import { readMessage } from '../../src/lean/protocol/messages.ts';
import { frontendProcessAnswerSchema } from '../../src/lean/protocol/wire.ts';
import { testCacheRoot } from '../helpers/lean.ts';

const [, , , olean = '', file = ''] = process.argv;
const text = readFileSync(file, 'utf8');
const host = await openEmbeddedHost({ cacheRoot: testCacheRoot() });
if (host.kind === 'startFailed') throw new Error(host.message);
const transport = host.transport();
await transport.start();
const options = { readHeader: true, inheritEnv: false, newConstants: false, sorrys: false, typeErrorsAsGoals: false };
const answer = await new LeanClient(transport, PROOFDECK_DIALECT).request(
  'frontend.process',
  { file: text, ...options },
  frontendProcessAnswerSchema,
  120_000,
);
let errors = 0;
if (answer.kind === 'ok') {
  for (const message of answer.value.units.flatMap((unit) => unit.messages ?? [])) {
    const { severity, text: said } = readMessage(message);
    const pos = typeof message === 'string' ? null : message.pos;
    if (severity === 'error') errors += 1;
    process.stdout.write(`${file}:${pos?.line ?? 1}:${pos?.column ?? 0}: ${severity}: ${said}\n`);
  }
} else {
  errors = 1;
  process.stdout.write(`${file}:1:0: error: ${answer.kind === 'error' ? answer.error.desc : answer.message}\n`);
}
if (errors === 0) writeFileSync(olean, `olean of ${file}`);
await transport.close();
await host.close();
process.exit(errors === 0 ? 0 : 1);
