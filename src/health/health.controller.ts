import { Controller, Get, Header, Inject, Redirect } from '@nestjs/common';
import { BUILD, type Build } from '../http/build.interface.js';
import { PublicRoute } from '../http/route-flags.js';

/** The small routes that say that somebody is there, and who. */
@Controller()
export class HealthController {
  constructor(@Inject(BUILD) private readonly build: Build) {}

  @Get(['health', 'wol-health'])
  @PublicRoute()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  health(): string {
    return 'OK';
  }

  @Get('api/version')
  version(): Record<string, string> {
    const { version, commit, date } = this.build;
    return { version, commit, build_date: date };
  }

  @Get()
  @PublicRoute()
  @Redirect('/ui/', 302)
  home(): void {}
}
