/** Which files a source names: one, several apart by `|`, or those of a folder. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { manifestPath, manifestSchema, type Manifest } from '../../export/manifest.ts';
import { fileIdentity } from '../../same-file.ts';
import { fileProblem } from './bytes.ts';

const MANIFEST_SUFFIX = '.manifest.json';

export interface Input {
  readonly path: string;
  /** For messages: the file's name, or its path when it was named by itself. */
  readonly name: string;
  readonly bytes: number;
  /** Whether it was named by itself; what a folder holds beside events is passed over. */
  readonly named: boolean;
}

/** The files of a source, and what lies in its folders and is not read. */
export interface Inputs {
  readonly files: readonly Input[];
  readonly notes: readonly Note[];
}

/**
 * The files in the order in which they are named, those of a folder by name. A path that exists as it is written wins
 * over its reading as a list.
 * @throws AppError `invalid_input`, `source_*`
 */
export async function findInputs(path: string): Promise<Inputs> {
  if (path === '') {
    throw new AppError('invalid_input', 'No file is named. Write file: and the path, such as file:/data/audit.csv.');
  }
  const whole = await existing(path);
  const paths = whole === undefined && path.includes('|') ? path.split('|').map((each) => each.trim()) : [path];
  const found: Inputs[] = [];
  for (const each of paths) {
    if (each !== '') found.push(await filesAt((await existing(each)) ?? each));
  }
  const { files, notes } = await once(found.flatMap((each) => each.files));
  return { files, notes: [...found.flatMap((each) => each.notes), ...notes] };
}

/** Each file once, however often, and by whatever links, it is named: its events would be there twice. */
async function once(named: readonly Input[]): Promise<Inputs> {
  const names = new Map<string, string>();
  const files: Input[] = [];
  const notes: Note[] = [];
  for (const file of named) {
    const identity = (await fileIdentity(file.path)) ?? file.path;
    const first = names.get(identity);
    if (first === undefined) {
      names.set(identity, file.name);
      files.push(file);
      continue;
    }
    const message =
      first === file.name
        ? `${first} is named more than once. It was read once.`
        : `${file.name} is the same file as ${first}. It was read once.`;
    notes.push({ severity: 'warning', code: 'same_file', message });
  }
  return { files, notes };
}

/** A path as written, or as a `file://` address means it. */
async function existing(path: string): Promise<string | undefined> {
  const candidates = [path];
  if (path.startsWith('//')) {
    const local = path.replace(/^\/\/(?:localhost)?(?=\/)/i, '');
    // Behind `file:///C:/` the slash before the drive is no part of the path.
    candidates.push(...[local, decoded(local)].flatMap((each) => [each, each.replace(/^\/(?=[a-z]:)/i, '')]));
  }
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found !== undefined) return candidate;
  }
  return undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

async function filesAt(path: string): Promise<Inputs> {
  try {
    const info = await stat(path);
    if (info.isFile()) return { files: [{ path, name: path, bytes: info.size, named: true }], notes: [] };
    if (!info.isDirectory()) {
      throw new AppError('source_invalid', `${path} is neither a file nor a folder, so it can’t be read twice.`);
    }
    const names = (await readdir(path)).filter((name) => !name.startsWith('.') && !name.endsWith(MANIFEST_SUFFIX));
    const files: Input[] = [];
    const folders: string[] = [];
    const odd: string[] = [];
    const ours: string[] = [];
    for (const name of names.toSorted()) {
      const file = join(path, name);
      // A link that leads nowhere must not hide the others.
      const found = await stat(file).catch(() => undefined);
      if (found?.isFile() === true) {
        if (await holdsNoEvents(file)) ours.push(name);
        else files.push({ path: file, name, bytes: found.size, named: false });
      } else (found?.isDirectory() === true ? folders : odd).push(name);
    }
    if (files.length === 0) throw new AppError('source_invalid', `The folder ${path} has no files in it.`);
    return { files, notes: leftOut(path, folders, odd, ours) };
  } catch (error) {
    throw fileProblem(error, path);
  }
}

function leftOut(
  path: string,
  folders: readonly string[],
  odd: readonly string[],
  ours: readonly string[],
): readonly Note[] {
  const notes = [
    ...odd.map((name) => `${name} is no file, or a link that leads nowhere. It was left out.`),
    ...ours.map(
      (name) => `${name} holds no events, as its manifest says, but what was exported beside them. It was left out.`,
    ),
  ].map((message): Note => ({ severity: 'warning', code: 'file_left_out', message }));
  if (folders.length === 0) return notes;
  const shown = `${folders.slice(0, 12).join(', ')}${folders.length > 12 ? ', …' : ''}`;
  const message = `Folders in ${path} were not read: ${shown}. To read one as well, name it, too: file:FOLDER|FOLDER/NAME.`;
  return [...notes, { severity: 'warning', code: 'folder_left_out', message }];
}

/** What the manifest beside a file says, and whether the file is still what it speaks of. */
export interface Provenance {
  readonly manifest: Manifest | undefined;
  readonly notes: readonly Note[];
}

/**
 * Looks for the manifest beside a file. Its word on what was written into cells is only taken when every byte of the
 * file is as it was exported.
 */
export async function provenanceOf({ path, name, bytes }: Input, signal: AbortSignal): Promise<Provenance> {
  const text = await readFile(manifestPath(path), 'utf8').catch(() => undefined);
  if (text === undefined) return { manifest: undefined, notes: [] };
  const manifest = parseManifest(text);
  const intact =
    manifest !== undefined && manifest.file.bytes === bytes && (await sha256Of(path, signal)) === manifest.file.sha256;
  if (intact) return { manifest, notes: [] };
  return {
    manifest: undefined,
    notes: [
      {
        severity: 'warning',
        code: 'manifest_mismatch',
        message: `${name} is not what its manifest ${basename(manifestPath(path))} speaks of: it was changed. event-audit verify says where.`,
      },
    ],
  };
}

/** Whether a manifest says that a file is one of records that were set aside, or of notes. */
async function holdsNoEvents(path: string): Promise<boolean> {
  const text = await readFile(manifestPath(path), 'utf8').catch(() => undefined);
  return text !== undefined && parseManifest(text)?.file.content !== undefined;
}

function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) {
    const bytes: unknown = chunk;
    if (Buffer.isBuffer(bytes)) hash.update(bytes);
  }
  return hash.digest('hex');
}
