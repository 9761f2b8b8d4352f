import { createServer } from 'node:net';

/* Below the ports that systems give to whoever asks for any, so that no server and no connection of another test takes one first. */
const lowest = 20_000;
const count = 10_000;
/** Each process that tests begins elsewhere. */
let next = process.pid * 101;

/** A port of this machine at which nobody listens, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + (next++ % count);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
