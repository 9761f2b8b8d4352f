import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedHost } from '../../../src/lean/embedded/embedded-host.ts';
import { packageRoot } from '../../../src/storage/paths.ts';
import { openTestHost } from '../../helpers/lean.ts';
import { play } from './golden.ts';

const document = readFileSync(join(packageRoot(), 'docs', 'worker-protocol.md'), 'utf8');
const session = /```session\n(.*?)```/s.exec(document)?.[1] ?? '';
const lines = (sign: string): string[] =>
  session
    .split('\n')
    .filter((line) => line.startsWith(sign))
    .map((line) => line.slice(sign.length));

/** An entry of a command table of the program. */
const COMMAND = /\("((?:goal|env|expr|options|frontend|proofdeck)\.\w+|reset|stat)", \w+\)|withoutFiles "([\w.]+)"/g;

describe('docs/worker-protocol.md', () => {
  let host: EmbeddedHost;
  beforeAll(async () => {
    host = await openTestHost();
  });
  afterAll(() => host?.close());

  it('shows a session as it is', async () => {
    const requests = lines('> ');
    expect(requests.length).toBeGreaterThan(5);
    const exchanges = await play(host.transport(), requests);
    expect(exchanges.map(({ answer }) => answer)).toEqual(lines('< '));
  });

  it('names every command of the worker', () => {
    const programs = ['Dispatch', 'Verdict'].map((file) =>
      readFileSync(join(packageRoot(), 'src', 'lean', 'embedded', 'program', `${file}.lean`), 'utf8'),
    );
    const commands = programs.flatMap((text) => [...text.matchAll(COMMAND)].map((match) => match[1] ?? match[2]!));
    expect(commands.length).toBeGreaterThan(20);
    for (const command of commands) expect(document).toContain(`\`${command}\``);
  });
});
