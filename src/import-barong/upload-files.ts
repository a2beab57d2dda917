import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { MAX_FILE_BYTES } from '../documents/document-limits.js';
import { ImportError } from './import-error.js';

/** `missing`: there is none. `refused`: there is something that is not read. */
export type UploadRead = Buffer | 'missing' | 'refused';

const ID = /^\d{1,20}$/;
const NOT_THERE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

/**
 * Looks whether there are uploads at all: with a wrong directory every single one would be missing.
 * @throws ImportError when there are none
 */
export async function assertUploads(root: string): Promise<void> {
  try {
    const folder = path.join(await realpath(root), 'document', 'upload');
    if ((await realpath(folder)) === folder && (await stat(folder)).isDirectory()) return;
  } catch {
    // Said below.
  }
  throw new ImportError(
    '--uploads has no directory document/upload in it, or only a link to one: is it public/uploads?',
  );
}

/**
 * Reads the file of a document from the uploads of Barong, which lie in `document/upload/<id>/<name>`. The name comes from
 * whoever uploaded it, so it may only be a name, and a link leads nowhere: not to another file of this machine.
 * @throws ImportError when this machine does not let it be read
 */
export async function readUpload(root: string, id: string, name: string): Promise<UploadRead> {
  if (!ID.test(id) || name.includes('\0') || name !== path.basename(name) || ['', '.', '..'].includes(name)) {
    return 'refused';
  }
  try {
    const real = await realpath(root);
    const folder = path.join(real, 'document', 'upload', id);
    if ((await realpath(folder)) !== folder) return 'refused';
    return await readPlainFile(path.join(folder, name));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NOT_THERE.includes(code)) return 'missing';
    if (code === 'ELOOP') return 'refused';
    // The name is whatever its owner called it, so it is not repeated.
    throw new ImportError(`The file of document ${id} cannot be read: ${code}`);
  }
}

/** Does not wait for whoever may write into a pipe. */
async function readPlainFile(file: string): Promise<Buffer | 'refused'> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    const isFit = stats.isFile() && stats.size > 0 && stats.size <= MAX_FILE_BYTES;
    return isFit ? await handle.readFile() : 'refused';
  } finally {
    await handle.close();
  }
}
