'use strict';
// Says whether dist/ was made from the present sources, by their times and lengths: a few ms, no reading. Used by the
// launcher and the build.
const { readdirSync, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');
const STAMP_FILE = join(DIST, 'stamp.json');
const SOURCE_FOLDERS = ['src', 'sessions', 'views', 'commands'];
const SINGLE_FILES = ['package.json', 'package-lock.json', 'bin/build.mjs'];

/** 53-bit hash (cyrb53) of a text. Loading node:crypto would take longer than all the rest of this file. */
function hashOf(text) {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(16);
}

/** Hash of the path, time and length of every file that goes into the bundle. */
function sourceStamp() {
  const lines = [];
  const add = (path) => {
    const { mtimeMs, size } = statSync(join(ROOT, path));
    lines.push(`${path}\0${mtimeMs}\0${size}`);
  };
  const walk = (folder) => {
    const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (/\.tsx?$/.test(entry.name)) add(path);
    }
  };
  const present = new Set(readdirSync(ROOT));
  for (const file of SINGLE_FILES) if (present.has(file.split('/')[0])) add(file);
  for (const folder of SOURCE_FOLDERS) if (present.has(folder)) walk(folder);
  return hashOf(lines.join('\n'));
}

/** `current`, `stale`, or `missing` when there is no build that finished. */
function buildState() {
  let stamp;
  try {
    stamp = JSON.parse(readFileSync(STAMP_FILE, 'utf8')).sources;
    statSync(join(DIST, 'main.js'));
  } catch {
    return 'missing';
  }
  return stamp === sourceStamp() ? 'current' : 'stale';
}

module.exports = { ROOT, DIST, STAMP_FILE, sourceStamp, buildState };
