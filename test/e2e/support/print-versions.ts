/** Says once which Electron, Chrome and Node.js the specs run on. */
import { launchApp } from './app.ts';

export default async function printVersions(): Promise<void> {
  const app = await launchApp();
  const versions = await app.electron.evaluate(() => process.versions);
  await app.close();
  process.stdout.write(`Electron ${versions.electron}, Chrome ${versions.chrome}, Node.js ${versions.node}\n`);
}
