import { splitWords } from '../../text/words.ts';
import type { ServeMode, ServeSettings } from './settings.ts';

export interface CommandLine {
  readonly kind: 'commandLine';
  readonly program: string;
  /** Holds no key: keys are in the file named by `--config`. */
  readonly args: readonly string[];
}

export type CommandLineResult = CommandLine | { readonly kind: 'badSettings'; readonly message: string };

export interface LaunchChoice {
  readonly mode: ServeMode;
  readonly model: string;
  readonly host: string;
  readonly port: number;
  readonly settings: ServeSettings;
  /** File with the keys; null where there are none. */
  readonly keyFile: string | null;
}

/** Names that the reference's scripts use, as the server knows them. */
const dtypes: Readonly<Record<string, string>> = { bf16: 'bfloat16', fp16: 'float16', fp32: 'float32' };

/** The command line that launches a server. */
export function commandLine({ mode, model, host, port, settings, keyFile }: LaunchChoice): CommandLineResult {
  const [program, ...first] = splitWords(settings.command);
  if (program === undefined)
    return { kind: 'badSettings', message: 'serve.command is empty; expected python3 -m sglang.launch_server' };
  const extra = splitWords(settings.extra_args);
  const isKey = (word: string): boolean => /^--(admin-)?api-key(=|$)/.test(word);
  const key = first.find(isKey) ?? extra.find(isKey);
  if (key !== undefined) {
    const setting = first.includes(key) ? 'serve.command' : 'serve.extra_args';
    const name = key.startsWith('--admin') ? 'serve.admin_key_env' : 'sglang.api_key_env';
    const flag = key.split('=')[0];
    return {
      kind: 'badSettings',
      message: `${setting} holds ${flag}, which everybody on the machine could read: put the key into a variable and name it in ${name}`,
    };
  }
  if (keyFile !== null && extra.some((word) => /^--config(=|$)/.test(word)))
    return {
      kind: 'badSettings',
      message:
        'serve.extra_args holds --config, which is how the server gets its keys, and it takes only one: give what stands in that file as arguments',
    };
  const flags: readonly (readonly [string, string | number | boolean])[] = [
    ['--model-path', model],
    ['--weight-version', settings.weight_version],
    ['--host', host],
    ['--port', port],
    ['--tp-size', settings.tp > 1 && settings.tp],
    ['--dp-size', settings.dp > 1 && settings.dp],
    ['--mem-fraction-static', settings.mem_fraction],
    ['--max-running-requests', settings.max_running],
    ['--context-length', settings.context_tokens],
    ['--quantization', settings.quantization],
    ['--dtype', dtypes[settings.dtype] ?? settings.dtype],
    ['--schedule-policy', mode === 'generate' && settings.schedule_policy],
    ['--schedule-conservativeness', mode === 'generate' && settings.schedule_conservativeness],
    ['--is-embedding', mode === 'embed'],
    ['--enable-metrics', settings.metrics],
    ['--enable-cache-report', settings.metrics && mode === 'generate'],
    ['--enable-memory-saver', settings.memory_saver],
    ['--enable-weights-cpu-backup', settings.memory_saver && settings.weights_backup],
    ['--trust-remote-code', settings.trust_remote_code],
    ['--config', keyFile ?? false],
  ];
  const given = flags.flatMap(([flag, value]) => {
    if (value === false || value === '' || value === 0) return [];
    return value === true ? [flag] : [flag, String(value)];
  });
  return { kind: 'commandLine', program, args: [...first, ...given, ...extra] };
}

/** A command line as a shell would take it. */
export const shellText = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
