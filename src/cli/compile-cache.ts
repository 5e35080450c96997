import { join } from 'node:path';

/**
 * Folder in which Node may keep what it has compiled, for faster starts; null where there is none
 * for this user alone. Node's own default, a folder that all users of a machine share, would let any of them
 * decide what runs here. `NODE_COMPILE_CACHE` names another folder,
 * `NODE_DISABLE_COMPILE_CACHE=1` wants none; Node itself obeys both.
 */
export function compileCacheFolder(env: NodeJS.ProcessEnv): string | null {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local, HOME: home } = env;
  const folder = xdg || local || (home && home !== '/' ? join(home, '.cache') : '');
  return folder ? join(folder, 'drover', 'compiled') : null;
}
