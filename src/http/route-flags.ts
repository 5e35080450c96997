import { CustomDecorator } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { NeededScope } from '../access/scope-check.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no key. Routes without this flag need one. */
    isPublic?: boolean;
    /** Changes what runs, so that pages of other origins may not call it. */
    changesState?: boolean;
    /** The right that a client needs; by {@link scopeOfRoute} when absent. */
    scope?: NeededScope;
    /** Moves to the management listener where there is one. */
    isManagement?: boolean;
    /** Is for scrapers: `metrics.auth` says who may read it. */
    isScraped?: boolean;
  }
}

/** Marks a route that needs no key. */
export function PublicRoute(): CustomDecorator {
  return RouteConfig({ isPublic: true });
}

/** Marks a route that pages of other origins may not call. */
export function StateChangingRoute(): CustomDecorator {
  return RouteConfig({ changesState: true });
}

/** Marks a probe: needs no key, and is on the management listener where there is one. */
export function ProbeRoute(): CustomDecorator {
  return RouteConfig({ isPublic: true, isManagement: true });
}

/** Marks the page of metrics: on the management listener where there is one, access as configured. */
export function MetricsRoute(): CustomDecorator {
  return RouteConfig({ isManagement: true, isScraped: true });
}
