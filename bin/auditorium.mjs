#!/usr/bin/env node
/**
 * The command `auditorium` on whatever Node there is. better-sqlite3 13 needs Node 22.12 (under Node 20 it crashes), so on
 * an older one this runs itself again with the Node 24 that comes as an optional dependency. Plain JavaScript, because
 * Node 20 must be able to read it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const ROOT = dirname(dirname(SELF));
/** As main/failure.ts has it for "this machine lacks something". */
const STATUS_MACHINE = 8;
/** As main/lean.ts has them, for a child that cannot start itself anew. */
const GATEWAY_FLAGS = ['--max-semi-space-size=1', '--v8-pool-size=1'];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function isRecent(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 12);
}

/** The Node 24 of the package for this machine, or null. */
function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const folder = dirname(createRequire(SELF).resolve(`node-${platform}-${process.arch}/package.json`));
    const program = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

/** Runs this file with another Node and ends as that ends. The channel between them tells it when this process is gone. */
function runWith(node) {
  const flags = process.argv[2] === 'gateway' ? GATEWAY_FLAGS : [];
  const child = spawn(node, [...flags, SELF, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  if (process.connected) process.on('disconnect', () => child.disconnect());
  child.on('error', (error) => refuse(`${node} does not start: ${error.message}`));
  child.on('exit', (status, signal) => {
    process.exitCode = status ?? 128 + constants.signals[signal];
    if (process.connected) process.disconnect();
  });
}

function refuse(reason) {
  process.stderr.write(`auditorium: UNSUPPORTED: ${reason}\n`);
  process.exitCode = STATUS_MACHINE;
}

/** Sources in a checkout; what was built from them where the package is installed: Node strips no types in node_modules. */
function entry() {
  const source = join(ROOT, 'main', 'cli.ts');
  return existsSync(source) && !ROOT.split(sep).includes('node_modules')
    ? source
    : join(ROOT, 'out', 'main', 'cli.js');
}

const node = isRecent(process.versions.node) ? null : bundledNode();
if (isRecent(process.versions.node)) await import(pathToFileURL(entry()).href);
else if (node !== null) runWith(node);
else {
  refuse(
    `this is Node ${process.versions.node}, Auditorium needs 22.12 or newer, and the package that brings Node 24 is not installed (run npm ci, or install a newer Node)`,
  );
}
