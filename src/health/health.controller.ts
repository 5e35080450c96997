import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { ConfigStore } from '#lib/config';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { PublicRoute } from '../http/route-flags.js';
import { Documented } from '../openapi/documented.decorator.js';
import { named, objectOf, TEXT } from '../openapi/schemas.js';

const VERSION_SCHEMA = named(
  'Version',
  objectOf({ version: TEXT, commit: TEXT, build_date: TEXT }),
);

/** The small routes that say that somebody is there, and who. */
@Controller()
export class HealthController {
  constructor(
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
    private readonly config: ConfigStore,
  ) {}

  @Get(['health', 'wol-health'])
  @Documented({ summary: 'Says that the program runs.', mediaType: 'text/plain' })
  @PublicRoute()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  health(): string {
    return 'OK';
  }

  @Get('api/version')
  @Documented({ summary: 'Version and commit.', answer: VERSION_SCHEMA })
  version(): Record<string, string> {
    const { version, commit, date } = this.options.build;
    return { version, commit, build_date: date };
  }

  @Get()
  @Documented({ summary: 'Leads to the web interface.', status: 302 })
  @PublicRoute()
  home(@Res() reply: FastifyReply): void {
    void reply.redirect(`${this.config.current.basePath}/ui/`, 302);
  }
}
