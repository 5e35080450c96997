import { Module } from '@nestjs/common';
import { ModelControlController } from './model-control.controller.js';
import { ModelList } from './model-list.js';
import { ModelsController } from './models.controller.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { RunningController } from './running.controller.js';

/** Lists, loads and unloads models. */
@Module({
  imports: [ProfilesModule],
  controllers: [ModelsController, RunningController, ModelControlController],
  providers: [ModelList],
})
export class ModelsModule {}
