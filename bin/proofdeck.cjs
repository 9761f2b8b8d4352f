#!/usr/bin/env node
'use strict';
// The launcher: finds a Node that is new enough, rebuilds the bundle when it is stale, and starts it.
// Written so that old Node versions can parse it.
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { isNewEnough, bundledNode, runWith, EXIT_MISSING } = require('./find-node.cjs');

function fail(message) {
  console.error(message);
  process.exit(EXIT_MISSING);
}

async function start() {
  const { DIST, buildState } = require('./stamp.cjs');
  // Compiled code of the bundle is kept beside it, which saves some 30 ms at every later start.
  const { enableCompileCache } = require('node:module');
  if (enableCompileCache) enableCompileCache(join(DIST, '.compile-cache'));
  const state = buildState();
  if (state !== 'current') await rebuild(state);
  await import(pathToFileURL(join(DIST, 'main.js')).href);
}

async function rebuild(state) {
  try {
    const { build } = await import(pathToFileURL(join(__dirname, 'build.mjs')).href);
    await build();
  } catch (error) {
    const why = `proofdeck could not be built: ${error.message}`;
    // A folder that we may not write to still runs what was built there.
    if (state === 'missing' || !isReadOnly(error))
      fail(`${why}\nrun "npm install" in ${join(__dirname, '..')} and start again`);
    console.error(`${why}; an older build runs instead`);
  }
}

function isReadOnly(error) {
  return error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM';
}

if (!process.env.NODE_ENV) process.env.NODE_ENV = 'production';
if (isNewEnough()) {
  delete process.env.PROOFDECK_RELAUNCHED;
  start().catch((error) => {
    console.error(error);
    process.exit(1);
  });
} else if (process.env.PROOFDECK_RELAUNCHED) {
  fail(`proofdeck: the Node that npm installed is ${process.version}, which is too old: run "npm install" again`);
} else {
  const node = bundledNode();
  if (node instanceof Error) fail(node.message);
  else runWith(node, [__filename].concat(process.argv.slice(2)));
}
