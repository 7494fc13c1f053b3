/** Keeps a file that is written from taking the place of one that is read. */
import { AppError } from '../../../shared/errors.ts';
import { parseSourceUrl } from '../../../shared/source-url.ts';
import { findInputs } from '../repositories/file/inputs.ts';
import { fileIdentity } from '../same-file.ts';
import { manifestPath } from './manifest.ts';

/** What SQLite keeps beside a database; the other kinds have no such files. */
const BESIDE = ['', '-wal', '-shm', '-journal'];
const KINDS_OF_ONE_FILE = new Set(['sqlite', 'basic', 'snapshot', 'ckan']);

/**
 * @param targets where files are to be written; their manifests stand beside them
 * @param sources URLs of what is read; those that name no file of this computer are passed over
 * @throws AppError `invalid_input` when a target, whatever it is called, is one of the files that are read
 */
export async function refuseSources(targets: readonly string[], sources: readonly string[]): Promise<void> {
  const files = (await Promise.all(sources.map(filesOf))).flat();
  const read = new Set(await Promise.all(files.map(fileIdentity)));
  for (const target of targets.flatMap((path) => [path, manifestPath(path)])) {
    const own = await fileIdentity(target);
    if (own === undefined || !read.has(own)) continue;
    throw new AppError(
      'invalid_input',
      `${target} is what is read, and writing there would destroy it. Choose another file.`,
    );
  }
}

async function filesOf(source: string): Promise<readonly string[]> {
  try {
    const { kind, path } = parseSourceUrl(source).url;
    if (KINDS_OF_ONE_FILE.has(kind) && path !== '') return BESIDE.map((ending) => `${path}${ending}`);
    return kind === 'file' ? (await findInputs(path)).files.map((file) => file.path) : [];
  } catch (error) {
    // What can't be read can't be lost either; whoever reads it says why.
    if (error instanceof AppError) return [];
    throw error;
  }
}
