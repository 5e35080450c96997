import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { KeyPath } from '../yaml/key-path.js';
import { CheckContext } from './check-context.js';

/** The file of the activity log must be writable, or its directory where there is none yet. */
export function checkStore(context: CheckContext, cwd: string): void {
  const { store } = context.options;
  if (store === null) return;
  const path = ['store', 'path'];
  if (store.path.trim() === '') {
    context.error(path, 'store.path must not be empty: name a file, or leave store out');
    return;
  }
  checkWritable(context, path, resolve(cwd, store.path.trim()));
}

/** The file of the audit log must be writable too, where there is one. */
export function checkAudit(context: CheckContext, cwd: string): void {
  const path = context.options.audit.path.trim();
  if (path !== '') checkWritable(context, ['audit', 'path'], resolve(cwd, path));
}

function checkWritable(context: CheckContext, path: KeyPath, file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat && !stat.isFile()) {
    const what = stat.isDirectory() ? 'a directory' : 'no regular file';
    context.error(path, `${file} is ${what}: name a file`);
  } else if (stat && !isWritable(file)) {
    context.error(path, `the file ${file} is not writable`);
  } else if (!stat && !isWritableFolder(dirname(file))) {
    context.error(path, `the directory ${dirname(file)} does not exist or is not writable`);
  }
}

function isWritableFolder(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) && isWritable(path);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
