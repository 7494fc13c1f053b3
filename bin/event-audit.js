#!/usr/bin/env node
// Starts the command, after making sure that this Node.js can load its database drivers (older ones crash on them).
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `event-audit needs Node.js 22.12 or later, this is ${process.versions.node}. Install a newer one from nodejs.org, then try again.\n`,
  );
  process.exitCode = 1;
} else {
  await import('../dist/main/cli.js');
}
