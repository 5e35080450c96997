import { Module } from '@nestjs/common';
import { TargetChooser } from './target.chooser.js';
import { TargetLoads } from './target.loads.js';

/** Virtual models that choose among targets. */
@Module({ providers: [TargetChooser, TargetLoads], exports: [TargetChooser] })
export class SelectorsModule {}
