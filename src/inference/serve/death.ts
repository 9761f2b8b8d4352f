/** How a server ended, as far as its parent saw. */
export interface Ending {
  /** Null when a signal ended it, or nobody saw. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What usually helps, by what a server says before it dies. The first that fits is taken; the last lines are looked at first. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /No module named '?(sglang|sglang\.launch_server)/,
    'install it for that Python (pip install "sglang[all]"), or name another one in serve.command',
  ],
  [
    /out of memory|OutOfMemoryError|Not enough memory|memory capacity is unbalanced|Loading the model weights leaves no memory/i,
    'see who holds the GPU (proofdeck llm serve status), lower serve.mem_fraction, or spread the model over more GPUs (serve.tp)',
  ],
  [/address already in use/i, 'another process listens there: choose another port (--port)'],
  [
    /gated repo|401 Client Error|Access to model .* is restricted/i,
    'the model has to be asked for: accept its licence and set HF_TOKEN',
  ],
  [
    /unrecognized arguments|Unknown config key|no such option/i,
    'this version does not know that argument: change serve.extra_args or the setting that made it',
  ],
  [
    /is not a local folder and is not a valid model identifier|does not appear to have a file named|No such file or directory|Repository Not Found|FileNotFoundError|Can't load the configuration/i,
    'check the path of the model (serve.model_path); paths are those of the machine where the server runs',
  ],
  [/trust_remote_code/i, 'the model brings code of its own: set serve.trust_remote_code = true if you trust it'],
  [
    /no CUDA GPUs are available|Found no NVIDIA driver|CUDA driver version is insufficient|CUDA is not available/i,
    'there is no GPU that it can use: see "proofdeck doctor" and serve.cuda_device',
  ],
];

/** What to do about a server that died, by its last lines; null when nothing in them is known. */
export function remedyFor(lines: readonly string[]): string | null {
  for (const line of lines.toReversed()) for (const [sign, remedy] of remedies) if (sign.test(line)) return remedy;
  return null;
}

/** `with exit code 1`, `by SIGKILL`. */
export function endingWords({ code, signal }: Ending): string {
  if (signal !== null)
    return signal === 'SIGKILL' ? 'by SIGKILL (perhaps the machine ran out of memory)' : `by ${signal}`;
  return code === null ? '(its exit code is not known)' : `with exit code ${code}`;
}
