import { Injectable, RequestMethod, Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { FastifyContextConfig } from 'fastify';
import { inferenceDocument } from '../inference/inference.documents.js';
import { INFERENCE_ROUTES } from '../inference/inference-routes.js';
import { PASSTHROUGH_DOCUMENTS } from '../passthrough/passthrough.documents.js';
import { scopeOfRoute } from '../access/route-scopes.js';
import { NeededScope } from '../access/scope-check.js';
import { ROUTE_DOCUMENT, RouteDocument } from './documented.decorator.js';

/** Key under which `@nestjs/platform-fastify` keeps what `RouteConfig` was given. */
const ROUTE_CONFIG = '__fastify_route_config__';

/** What is said of a route about which its author says nothing. */
const NO_DOCUMENT: RouteDocument = { summary: '', mediaType: '*/*' };

/** One route of the server. */
export interface ScannedRoute {
  readonly method: string;
  /** As the OpenAPI document writes it: `/api/captures/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly isPublic: boolean;
  /** The right that a client needs. */
  readonly scope: NeededScope;
  readonly document: RouteDocument;
}

/** Finds every route in the code: those of the controllers and those that models answer. */
@Injectable()
export class RouteScanner {
  private readonly methods = new MetadataScanner();

  constructor(private readonly discovery: DiscoveryService) {}

  /** All routes, by path and method. */
  routes(): ScannedRoute[] {
    const found = this.discovery.getControllers().flatMap(({ metatype }) => {
      return typeof metatype === 'function' ? this.ofController(metatype as Type) : [];
    });
    const passing = PASSTHROUGH_DOCUMENTS.map((route) => ({
      ...route,
      tag: 'Passthrough',
      scope: 'operate' as const,
    }));
    return [...found, ...inferenceRoutes(), ...passing].toSorted(byPath);
  }

  private ofController(controller: Type): ScannedRoute[] {
    const prototype = controller.prototype as Record<string, object>;
    const bases = pathsOf(controller);
    const tag = controller.name.replace(/Controller$/, '');
    return this.methods.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name]!;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined || method === RequestMethod.ALL) return [];
      const config = Reflect.getMetadata(ROUTE_CONFIG, handler) as FastifyContextConfig | undefined;
      const document = Reflect.getMetadata(ROUTE_DOCUMENT, handler) as RouteDocument | undefined;
      const common = { method: RequestMethod[method].toLowerCase(), tag };
      return bases
        .flatMap((base) => pathsOf(handler).map((path) => joined(base, path)))
        .map((path) => ({
          ...common,
          path: templateOf(path),
          scope: scopeOfRoute(RequestMethod[method], path),
          isPublic: config?.isPublic ?? false,
          document: document ?? NO_DOCUMENT,
        }));
    });
  }
}

function inferenceRoutes(): ScannedRoute[] {
  return INFERENCE_ROUTES.map((route) => ({
    method: route.method.toLowerCase(),
    path: route.path,
    tag: 'Inference',
    isPublic: false,
    scope: 'inference',
    document: inferenceDocument(route),
  }));
}

function pathsOf(target: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}

/** `api/models/unload` and `*` as the server has them: `/api/models/unload/*`. */
function joined(base: string, path: string): string {
  return `/${`${base}/${path}`
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
}

/** `/api/captures/:id` and `/ui/*` as the document writes them. */
function templateOf(url: string): string {
  return url.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{name}');
}

function byPath(one: ScannedRoute, other: ScannedRoute): number {
  if (one.path === other.path) return one.method < other.method ? -1 : 1;
  return one.path < other.path ? -1 : 1;
}
