import { readFileSync, realpathSync } from 'node:fs';

/** File systems whose locks, renames or syncs cannot be relied on between machines. */
const networkTypes =
  /^(nfs\d?|cifs|smb\w*|9p|afs|ceph|lustre|gpfs|beegfs|glusterfs|fuse\.(sshfs|s3fs|gcsfuse|goofys|rclone|glusterfs|juicefs|blobfuse2?)|drvfs|virtiofs|davfs|ncpfs)$/;

export interface FileSystem {
  /** `ext4`, `tmpfs`, `nfs4`…; `unknown` where the system does not tell. */
  readonly type: string;
  readonly mountPoint: string;
  readonly network: boolean;
  /** Gone after a restart of the machine. */
  readonly volatile: boolean;
}

/** The file system that an existing folder lies on, from the table of mounts. */
export function fileSystemOf(folder: string, mountInfo = readMountInfo()): FileSystem {
  const real = realpathSync(folder);
  let best: FileSystem = { type: 'unknown', mountPoint: '/', network: false, volatile: false };
  let bestLength = -1;
  for (const line of mountInfo.split('\n')) {
    // 36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/sda rw
    const [left, right] = line.split(' - ');
    const point = left?.split(' ')[4];
    const type = right?.split(' ')[0];
    if (point === undefined || type === undefined) continue;
    const mountPoint = point.replace(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    // Later mounts cover earlier ones at the same point.
    if (!isInside(real, mountPoint) || mountPoint.length < bestLength) continue;
    bestLength = mountPoint.length;
    best = { type, mountPoint, network: networkTypes.test(type), volatile: type === 'tmpfs' || type === 'ramfs' };
  }
  return best;
}

function isInside(path: string, mountPoint: string): boolean {
  return mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`);
}

function readMountInfo(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}
