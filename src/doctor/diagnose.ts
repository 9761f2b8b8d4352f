import type { CheckGroup, DoctorCheck, DoctorContext, Finding } from './check.ts';
import { CHECKS } from './registry.ts';

/** The outcome of one check. */
export interface DoctorResult extends Finding {
  readonly name: string;
  readonly group: CheckGroup;
  readonly needed: boolean;
  readonly ms: number;
}

const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Runs all checks side by side, each within its time limit, and resolves with the results in the registry's order.
 * `onResult` gets each one as soon as it is known.
 *
 *     const results = await diagnose(context, (result) => show(result));
 */
export function diagnose(
  context: DoctorContext,
  onResult: (result: DoctorResult) => void = () => {},
  checks: readonly DoctorCheck[] = CHECKS,
): Promise<readonly DoctorResult[]> {
  return Promise.all(
    checks.map(async (check) => {
      const result = await runCheck(check, context);
      onResult(result);
      return result;
    }),
  );
}

/** Whether something that the main job needs is not there. */
export function lacksNeeded(results: readonly DoctorResult[]): boolean {
  return results.some(({ needed, status }) => needed && status === 'missing');
}

async function runCheck(check: DoctorCheck, context: DoctorContext): Promise<DoctorResult> {
  const { name, group, needed, timeoutMs = DEFAULT_TIMEOUT_MS } = check;
  const started = performance.now();
  // Every check begins in a turn of its own, so that a screen can draw between them.
  await new Promise((resolve) => setImmediate(resolve));
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Finding>((resolve) => {
    timer = setTimeout(
      () =>
        resolve({
          status: 'warning',
          found: `no answer within ${timeoutMs / 1000} s`,
          remedy: 'see what it waits for: a slow disk, or a program that asks for something',
        }),
      timeoutMs,
    );
  });
  try {
    const finding = await Promise.race([check.run(context), limit]);
    return { name, group, needed, ...finding, ms: Math.round(performance.now() - started) };
  } finally {
    clearTimeout(timer);
  }
}
