import type { DoctorCheck } from './check.ts';
import { cacheCheck, homeCheck } from './checks/folders.ts';
import { embeddedLeanCheck, leanImageCheck } from './checks/lean-image.ts';
import { cpuCheck, memoryCheck, workersCheck } from './checks/machine.ts';
import { gpuCheck, redisCheck, torchCheck } from './checks/models.ts';
import { nativeLeanCheck, pantographCheck, proofCheckersCheck } from './checks/native-lean.ts';
import { nodeCheck, packagesCheck } from './checks/node.ts';
import { otherProverChecks } from './checks/provers.ts';
import { localeCheck, terminalCheck, tmuxCheck } from './checks/terminal.ts';

/** All checks, in the order in which they are listed. */
export const CHECKS: readonly DoctorCheck[] = [
  nodeCheck,
  packagesCheck,
  cpuCheck,
  memoryCheck,
  workersCheck,
  cacheCheck,
  homeCheck,
  terminalCheck,
  localeCheck,
  tmuxCheck,
  embeddedLeanCheck,
  leanImageCheck,
  nativeLeanCheck,
  pantographCheck,
  proofCheckersCheck,
  ...otherProverChecks,
  torchCheck,
  gpuCheck,
  redisCheck,
];
