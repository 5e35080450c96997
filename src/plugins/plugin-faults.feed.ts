import { Inject, Injectable, Logger, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { type DroverEventEmitter } from '#lib/foundation';
import { PluginFault, PluginWatch } from '#lib/plugin-host';

/** Writes plugins that were cut off to the log and announces them. */
@Injectable()
export class PluginFaultsFeed implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('plugins');
  private stop: () => void = () => {};

  constructor(
    private readonly watch: PluginWatch,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {}

  onModuleInit(): void {
    this.stop = this.watch.onFault((fault) => this.tell(fault));
  }

  onModuleDestroy(): void {
    this.stop();
  }

  private tell({ kind, name, package: from, reason, atMs }: PluginFault): void {
    const what = `PLUGIN_CUT_OFF: ${kind} ${name} of package ${from}: ${reason}`;
    const until = kind === 'planner' ? 'the next reload' : 'the next start';
    this.log.error(`${what}; Drover goes on without it until ${until}`);
    this.events.emit('plugin.cut-off', { kind, name, package: from, reason, atMs });
  }
}
