import { type DoctorCheck, found, missing, warning } from '../check.ts';
import { findProgram, runProgram, shown } from '../program.ts';

interface OtherProver {
  readonly name: string;
  readonly program: string;
  readonly argument: string;
  readonly install: string;
}

const PROVERS: readonly OtherProver[] = [
  { name: 'Coq', program: 'coqtop', argument: '--version', install: 'Debian: apt install coq' },
  { name: 'SerAPI', program: 'sertop', argument: '--version', install: 'opam install coq-serapi' },
  { name: 'E', program: 'eprover', argument: '--version', install: 'Debian: apt install eprover' },
  { name: 'Vampire', program: 'vampire', argument: '--version', install: 'https://vprover.github.io' },
  { name: 'Z3', program: 'z3', argument: '--version', install: 'Debian: apt install z3' },
];

/** Other provers, for `backend run`. */
export const otherProverChecks: readonly DoctorCheck[] = PROVERS.map(({ name, program, argument, install }) => ({
  name,
  group: 'provers',
  needed: false,
  async run(context) {
    const path = findProgram(program, context);
    if (path === null) return missing('not installed', `nothing, unless you compare with ${name}: ${install}`);
    const answer = await runProgram(path, [argument], context);
    if (answer.kind === 'ran' && answer.exitCode === 0) return found(shown(answer.output || answer.errors));
    const why =
      answer.kind === 'ran'
        ? `ends with ${answer.exitCode}: ${shown(answer.errors || answer.output)}`
        : answer.kind === 'timedOut'
          ? 'does not answer'
          : answer.message;
    return warning(`${path} ${why}`, `install it again: ${install}`);
  },
}));
