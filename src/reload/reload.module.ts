import { Module } from '@nestjs/common';
import { ConfigController } from './config.controller.js';
import { ConfigReloadReader } from './config-reload.reader.js';
import { RELOAD_READER } from './reload-ports.interface.js';
import { ReloadService } from './reload.service.js';

/** Reload by difference and its routes. */
@Module({
  controllers: [ConfigController],
  providers: [{ provide: RELOAD_READER, useClass: ConfigReloadReader }, ReloadService],
  exports: [ReloadService],
})
export class ReloadModule {}
