import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { processIds } from '../../storage/process-table.ts';
import { cleanLine } from '../../text/clean.ts';

export type PortState =
  | { readonly kind: 'free' }
  /** Null where the process belongs to somebody else, or there is no `/proc`. */
  | { readonly kind: 'taken'; readonly pid: number | null; readonly command: string | null }
  /** The address is none of this machine's, or the port is one that only an administrator may use. */
  | { readonly kind: 'unusable'; readonly message: string };

/** Who listens at a port, as far as that can be seen from here. */
export const listenerWords = ({ pid, command }: Extract<PortState, { kind: 'taken' }>): string =>
  pid === null ? 'a process that cannot be seen from here' : `process ${pid}${command === null ? '' : ` (${command})`}`;

/** Whether a server could listen there, and else who does. */
export async function portState(host: string, port: number): Promise<PortState> {
  const code = await new Promise<string | null>((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(null)));
  });
  if (code === null) return { kind: 'free' };
  if (code !== 'EADDRINUSE')
    return { kind: 'unusable', message: `nothing can listen at ${host} port ${port} of this machine (${code})` };
  const pid = portHolder(port);
  return { kind: 'taken', pid, command: pid === null ? null : commandOf(pid) };
}

/** The process that listens at a port; null where that cannot be seen. */
function portHolder(port: number): number | null {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)));
  if (inodes.size === 0) return null;
  for (const pid of processIds())
    for (const file of list(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${file}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) return pid;
    }
  return null;
}

/** The command line of a process, on one clean line of bounded length; null when it cannot be read. */
function commandOf(pid: number): string | null {
  const words = read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
  return words === '' ? null : cleanLine(words, ' ', 120);
}

const listening = '0A';

/** Inodes of the sockets that listen at a port. */
function listeners(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return read(table)
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const columns = line.trim().split(/\s+/);
      const isIt = columns[1]?.endsWith(`:${wanted}`) === true && columns[3] === listening;
      return isIt && columns[9] !== undefined ? [columns[9]] : [];
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
