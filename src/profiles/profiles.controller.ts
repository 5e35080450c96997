import { Body, Controller, Get, Put } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { StateChangingRoute } from '../http/route-flags.js';
import { ProfileRegistry } from './profile.registry.js';
import { readProfileName } from './profile.request.js';
import { Documented } from '../openapi/documented.decorator.js';
import {
  ACTIVE_PROFILE_SCHEMA,
  PROFILE_CHOICE_SCHEMA,
  PROFILES_SCHEMA,
} from './profiles.schemas.js';

/** One profile over HTTP. */
export interface ProfileView {
  readonly id: string;
  readonly description: string;
  readonly pins: Readonly<Record<string, string>>;
}

/** Lists and switches profiles. */
@Controller('api/profiles')
export class ProfilesController {
  constructor(
    private readonly config: ConfigStore,
    private readonly profiles: ProfileRegistry,
  ) {}

  @Get()
  @Documented({ summary: 'The profiles and the active one.', answer: PROFILES_SCHEMA })
  list(): { active: string | null; profiles: ProfileView[] } {
    const profiles = [...this.config.current.profiles]
      .map(([id, { description, pins }]) => ({ id, description, pins: Object.fromEntries(pins) }))
      .toSorted((one, other) => Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)));
    return { active: this.profiles.active, profiles };
  }

  @Put('active')
  @Documented({
    summary: 'Activates a profile, or none.',
    body: PROFILE_CHOICE_SCHEMA,
    answer: ACTIVE_PROFILE_SCHEMA,
  })
  @StateChangingRoute()
  activate(@Body() body: unknown): { active: string | null } {
    this.profiles.activate(readProfileName(body));
    return { active: this.profiles.active };
  }
}
