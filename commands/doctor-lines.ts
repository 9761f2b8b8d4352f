import type { DoctorLine } from '../sessions/workbench.ts';
import { type DoctorResult, diagnose } from '../src/doctor/diagnose.ts';
import { CHECKS } from '../src/doctor/registry.ts';
import type { CommandContext } from './context.ts';
import { doctorContext } from './doctor.ts';

/** Runs the doctor's checks for the screen, which sees each line as it becomes known. */
export async function diagnoseForScreen(
  context: CommandContext,
  home: string | undefined,
  show: (lines: readonly DoctorLine[]) => void,
): Promise<void> {
  const lines = new Map<string, DoctorLine>(
    CHECKS.map(({ name }) => [name, { name, status: 'checking', found: '' } satisfies DoctorLine]),
  );
  const showAll = () => show([...lines.values()]);
  showAll();
  await diagnose(doctorContext(context, home), (result) => {
    lines.set(result.name, lineOf(result));
    showAll();
  });
}

const lineOf = ({ name, status, needed, found, remedy }: DoctorResult): DoctorLine => ({
  name,
  status: status === 'missing' && !needed ? 'absent' : status,
  found,
  ...(remedy !== undefined && { remedy }),
});
