'use strict';
// Starts a development tool or a script with a Node that is new enough: with-node.cjs <tool or script> [arguments].
const { dirname, join } = require('node:path');
const { existsSync, readFileSync } = require('node:fs');
const { isNewEnough, bundledNode, runWith, EXIT_MISSING } = require('./find-node.cjs');

function scriptOf(tool) {
  if (existsSync(tool)) return tool;
  const packages = { vitest: 'vitest', tsc: 'typescript', biome: '@biomejs/biome' };
  const folder = join(__dirname, '..', 'node_modules', packages[tool] || tool);
  const bin = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).bin;
  return join(folder, typeof bin === 'string' ? bin : bin[tool]);
}

const node = isNewEnough() ? process.execPath : bundledNode();
if (node instanceof Error) {
  console.error(node.message);
  process.exit(EXIT_MISSING);
}
process.env.PATH = `${dirname(node)}:${process.env.PATH}`;
runWith(node, [scriptOf(process.argv[2])].concat(process.argv.slice(3)));
