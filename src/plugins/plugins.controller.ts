import { Controller, Get } from '@nestjs/common';
import { formatRfc3339 } from '#lib/foundation';
import { PluginEntry, PluginPackage, PluginRegistry, PluginWatch } from '#lib/plugin-host';
import { Documented } from '../openapi/documented.decorator.js';
import { PluginPackages } from './plugin.packages.js';

/** One plugin that is loaded. */
export interface PluginView {
  readonly kind: string;
  readonly name: string;
  /** Package that it comes from; null for a built-in one. */
  readonly package: string | null;
  readonly version: string | null;
  /** File that was loaded. */
  readonly file: string | null;
  /** Whether it lives in a thread of its own, so that it cannot hold up requests. */
  readonly hasOwnThread: boolean;
  /** How often it was cut off since the start. */
  readonly cutOffs: number;
  /** What it was cut off for the last time. */
  readonly lastCutOff: { readonly at: string; readonly reason: string } | null;
}

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };

const PLUGINS_SCHEMA = {
  type: 'object',
  properties: {
    plugins: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          kind: { enum: ['planner', 'scheduler', 'gpu-probe', 'process-runtime'] },
          name: text,
          package: textOrNull,
          version: textOrNull,
          file: textOrNull,
          hasOwnThread: { type: 'boolean' },
          cutOffs: { type: 'integer' },
          lastCutOff: {
            type: ['object', 'null'],
            properties: { at: { type: 'string', format: 'date-time' }, reason: text },
          },
        },
      },
    },
  },
};

/** Tells which plugins are loaded and how those of packages behave. */
@Controller('api/v1')
export class PluginsController {
  constructor(
    private readonly registry: PluginRegistry,
    private readonly watch: PluginWatch,
    private readonly loaded: PluginPackages,
  ) {}

  /** Every plugin, in the order of loading. */
  @Get('plugins')
  @Documented({
    summary: 'The plugins that are loaded, and which of them had to be cut off.',
    answer: PLUGINS_SCHEMA,
  })
  plugins(): { plugins: PluginView[] } {
    return { plugins: this.registry.list().map((entry) => this.viewOf(entry)) };
  }

  private viewOf(entry: PluginEntry): PluginView {
    const { kind, name } = entry;
    const from = this.packageOf(entry);
    const fault = this.watch.lastFault(kind, name);
    return {
      kind,
      name,
      package: from?.name ?? null,
      version: from?.version ?? null,
      file: from?.file ?? null,
      hasOwnThread: from !== undefined && (kind === 'planner' || kind === 'scheduler'),
      cutOffs: this.watch.timesCutOff(kind, name),
      lastCutOff: fault && { at: formatRfc3339(fault.atMs), reason: fault.reason },
    };
  }

  private packageOf({ instance }: PluginEntry): PluginPackage | undefined {
    return this.loaded.list.find(({ classes }) =>
      classes.some((one) => one === instance.constructor),
    );
  }
}
