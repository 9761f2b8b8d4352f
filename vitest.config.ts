import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    // Real Lean takes seconds to start and half a minute to prepare; these bound a hang, they do not measure speed.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
