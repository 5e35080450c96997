import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CheckContext } from './check-context.js';

const PATH = ['store', 'path'];

/** The file of the activity log must be writable, or its directory where there is none yet. */
export function checkStore(context: CheckContext, cwd: string): void {
  const { store } = context.options;
  if (store === null) return;
  if (store.path.trim() === '') {
    context.error(PATH, 'store.path must not be empty: name a file, or leave store out');
    return;
  }
  const file = resolve(cwd, store.path.trim());
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat && !stat.isFile()) {
    const what = stat.isDirectory() ? 'a directory' : 'no regular file';
    context.error(PATH, `${store.path} is ${what}: name a file`);
  } else if (stat && !isWritable(file)) {
    context.error(PATH, `the file ${store.path} is not writable`);
  } else if (!stat && !isWritable(dirname(file))) {
    context.error(PATH, `the directory ${dirname(file)} does not exist or is not writable`);
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
