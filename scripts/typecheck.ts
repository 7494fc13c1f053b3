/** `npm run typecheck`: each layer by its own rules, all of them reported. */
import { join } from 'node:path';
import { ROOT, runNode } from './support/project.ts';

const LAYERS = [
  'src/shared',
  'src/main/engine',
  'src/main/cli',
  'src/main/electron',
  'src/preload',
  'src/renderer',
  'test',
];

let failures = 0;
for (const layer of LAYERS) {
  const { code, stdout, stderr } = await runNode([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', layer]);
  if (code !== 0) {
    failures += 1;
    process.stdout.write(`${layer}:\n${stdout}${stderr}\n`);
  }
}
process.stdout.write(
  failures === 0 ? `types: ${LAYERS.length} layers are right\n` : `types: ${failures} layers fail\n`,
);
process.exitCode = failures === 0 ? 0 : 1;
