import { Module } from '@nestjs/common';
import { ProfileRegistry } from './profile.registry.js';
import { ProfilesController } from './profiles.controller.js';

/** Switchable sets of names. */
@Module({
  controllers: [ProfilesController],
  providers: [ProfileRegistry],
  exports: [ProfileRegistry],
})
export class ProfilesModule {}
