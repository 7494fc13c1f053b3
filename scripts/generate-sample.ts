/** Writes the bundled sample store, `resources/sample-store.jsonl.gz`. Run it again after a change of `scripts/sample`. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { generateSample } from './sample/generate.ts';

const target = new URL('../resources/sample-store.jsonl.gz', import.meta.url);
const text = generateSample();
const packed = gzipSync(text, { level: 9 });
// Bytes 4 to 7 are the time of packing and byte 9 names the operating system; neither may change the file.
packed.fill(0, 4, 8);
packed[9] = 255;
writeFileSync(target, packed);
console.log(`${text.split('\n').length - 1} events, ${text.length} characters, ${packed.length} bytes packed.`);
