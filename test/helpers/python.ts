import { spawnSync } from 'node:child_process';

/** A Python that has a module: `$PROOFDECK_TEST_PYTHON`, else `python3`; null where neither has it. */
export function pythonWith(module: string): string | null {
  const candidates = [process.env.PROOFDECK_TEST_PYTHON, 'python3', '/usr/bin/python3'];
  const works = (python: string): boolean =>
    spawnSync(python, ['-c', `import ${module}`], { timeout: 60_000, stdio: 'ignore' }).status === 0;
  return candidates.find((one) => one !== undefined && one !== '' && works(one)) ?? null;
}
