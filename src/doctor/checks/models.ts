import { type DoctorCheck, found, missing, warning } from '../check.ts';
import { findProgram, runProgram, shown } from '../program.ts';

/** The package's record is read: importing torch itself would take seconds. */
const TORCH_VERSION =
  'import sys\nfrom importlib import metadata\nprint(sys.version.split()[0])\ntry:\n  print(metadata.version("torch"))\nexcept metadata.PackageNotFoundError:\n  print("")';

/** Python with torch, which only fine-tuning needs. */
export const torchCheck: DoctorCheck = {
  name: 'Python with torch',
  group: 'models',
  needed: false,
  async run(context) {
    const install = 'nothing, unless you fine-tune models here: python3 -m pip install torch';
    const path = findProgram('python3', context);
    if (path === null) return missing('no python3 on the PATH', install);
    const answer = await runProgram(path, ['-c', TORCH_VERSION], context);
    if (answer.kind !== 'ran' || answer.exitCode !== 0)
      return warning(`${path} does not answer`, 'look at what "python3 -c 0" says');
    const [python = '', torch = ''] = answer.output.split('\n').map((line) => shown(line));
    return torch === '' ? missing(`Python ${python}, no torch`, install) : found(`Python ${python}, torch ${torch}`);
  },
};

/** NVIDIA cards, for inference servers. */
export const gpuCheck: DoctorCheck = {
  name: 'GPU',
  group: 'models',
  needed: false,
  async run(context) {
    const path = findProgram('nvidia-smi', context);
    if (path === null) return missing('no nvidia-smi', 'nothing, unless a model should run here');
    const answer = await runProgram(
      path,
      ['--query-gpu=name,memory.used,memory.total,driver_version', '--format=csv,noheader'],
      context,
      5000,
    );
    if (answer.kind !== 'ran' || answer.exitCode !== 0)
      return warning(
        answer.kind === 'ran' ? shown(answer.output || answer.errors) : 'nvidia-smi does not answer',
        'look at what nvidia-smi says: the driver may need a restart',
      );
    const cards = answer.output
      .trim()
      .split('\n')
      .map((line) => shown(line));
    return found(cards.length === 1 ? (cards[0] ?? '') : `${cards.length} cards: ${cards.slice(0, 3).join('; ')}`);
  },
};

/** Redis, for runs over several machines. */
export const redisCheck: DoctorCheck = {
  name: 'Redis',
  group: 'models',
  needed: false,
  async run(context) {
    const path = findProgram('redis-server', context);
    if (path === null)
      return missing(
        'not installed',
        'nothing, unless runs are spread over machines: Debian: apt install redis-server',
      );
    const answer = await runProgram(path, ['--version'], context);
    return answer.kind === 'ran' ? found(shown(answer.output)) : warning(`${path} does not answer`);
  },
};
