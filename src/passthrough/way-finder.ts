import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import {
  MODEL_ROUTER,
  type ModelRouter,
  ResolvedModel,
} from '../composition/model-router.interface.js';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { TargetChooser } from '../selectors/target.chooser.js';
import { comfyuiWay } from './comfyui-way.js';
import { IgnoredPaths } from './ignored-paths.js';
import { PassthroughLine, Redirection, Way, withSlash } from './passage.interface.js';
import { decodePath, guardPath, PathPrefix, pathPrefixes } from './raw-path.js';

const PREFIX = '/upstream/';

/** What monitoring asks an inference server; a look must not load a model, nor keep one loaded. */
const GLANCES = /^\/(?:props|slots|metrics)\/?$/;

/** Finds out which model's server a request to a passthrough path means. */
@Injectable()
export class WayFinder {
  private readonly ignored = new IgnoredPaths();

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    private readonly profiles: ProfileRegistry,
    private readonly targets: TargetChooser,
  ) {}

  /**
   * The way of a request: under `/upstream` to the model or selector whose name is the longest beginning
   * of its path, in whole segments; under `/comfyui` to the one model behind that.
   *
   * @throws DroverError MODEL_NOT_FOUND, BAD_REQUEST, NO_TARGET
   */
  find(line: PassthroughLine): Way {
    if (line.path.startsWith('/comfyui')) return comfyuiWay(line, this.config.current.models);
    if (!line.path.startsWith(PREFIX)) return toModelList(line);
    guardPath(line.path);
    const prefix = this.longestName(this.pinned(line));
    if (!prefix) throw modelNotFound(line);
    const { name, rest } = prefix;
    if (rest === '') return withSlash(line);
    const isSelector = !this.router.resolve(name);
    const requestedName = isSelector ? this.targets.choose(name) : name;
    const model = requestedName === null ? null : this.router.resolve(requestedName);
    if (requestedName === null || !model) throw modelNotFound(line);
    return {
      model,
      requestedName,
      selector: isSelector ? name : null,
      path: rest,
      coldRefusal: this.coldRefusal(model, decodePath(rest)),
      isGlance: GLANCES.test(rest) && (line.method === 'GET' || line.method === 'HEAD'),
    };
  }

  /** The path behind the prefix, with the longest name that the active profile pins replaced. */
  private pinned(line: PassthroughLine): string {
    const path = line.path.slice(PREFIX.length);
    const { pins } = this.profiles;
    if (!pins) return path;
    const prefix = pathPrefixes(path).findLast(({ name }) => pins.has(name));
    if (!prefix) return path;
    const target = pins.get(prefix.name)!;
    if (target === '') throw modelNotFound(line);
    return target.split('/').map(encodeURIComponent).join('/') + prefix.rest;
  }

  /** The longest beginning that names a model or a selector. */
  private longestName(path: string): PathPrefix | undefined {
    const { selectors } = this.config.current;
    return pathPrefixes(path).findLast(
      ({ name }) => this.router.resolve(name) !== null || selectors.has(name),
    );
  }

  private coldRefusal({ model }: ResolvedModel, path: string): string | null {
    if (GLANCES.test(path)) {
      return `model ${model} is not loaded; ${path} only looks at a loaded model`;
    }
    if (!this.ignored.match(path, this.config.current.ignorePaths)) return null;
    return `model ${model} is not loaded; path matches upstream.ignorePaths`;
  }
}

/** `/upstream` alone shows people the models in the web UI. */
function toModelList({ method }: PassthroughLine): Redirection {
  if (method === 'GET' || method === 'HEAD') return { status: 302, location: '/ui/#/models' };
  return { status: 307, location: PREFIX };
}

function modelNotFound({ path }: PassthroughLine): DroverError {
  const named = printable(decodePath(path.slice(PREFIX.length)));
  return new DroverError(
    'MODEL_NOT_FOUND',
    `model not found: no beginning of "${named}" is a model`,
  );
}
