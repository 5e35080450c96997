import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConfigReloadEvent, type DroverEventEmitter } from '#lib/foundation';
import { AUDITED_ROUTES } from './audited-routes.js';
import { AuditLog } from './audit.log.js';

/** Tells the audit log of what has been done: by HTTP, and by reloads that came another way. */
@Injectable()
export class AuditWatcher implements OnModuleDestroy {
  constructor(
    host: HttpAdapterHost,
    private readonly audit: AuditLog,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {
    // A hook sees only routes that are added after it, so it cannot wait for the module's start.
    const server = host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', (request, reply, done) => {
      this.answered(request, reply);
      done();
    });
    events.on('config.reload', this.reloaded);
  }

  onModuleDestroy(): void {
    this.events.off('config.reload', this.reloaded);
  }

  private answered(request: FastifyRequest, { raw }: FastifyReply): void {
    const what = AUDITED_ROUTES.get(`${request.method} ${request.routeOptions.url}`);
    // What was refused at the gate has been written down there.
    if (what === undefined || !request.access?.client) return;
    const status = raw.statusCode;
    const { name: who } = request.access.client;
    const result = status < 400 ? 'done' : 'failed';
    this.audit.add({ who, what, target: targetOf(request), result, status }, request.raw);
  }

  private readonly reloaded = ({ trigger, outcome }: ConfigReloadEvent): void => {
    if (trigger === 'api') return;
    const result = outcome === 'rejected' ? 'failed' : 'done';
    this.audit.add({ who: trigger, what: 'reload', target: null, result });
  };
}

/** The variable part of the route's path. */
function targetOf({ params }: FastifyRequest): string | null {
  const [first] = Object.values((params ?? {}) as Record<string, string>);
  return first ?? null;
}
