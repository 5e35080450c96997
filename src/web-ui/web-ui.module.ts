import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { UiFilesStore } from './ui-files.store.js';
import { WebUiController } from './web-ui.controller.js';

/** Where the build puts the web UI, seen from the built server. */
const UI_FOLDER = join(import.meta.dirname, '..', '..', 'ui');

/** The web UI. */
@Module({
  controllers: [WebUiController],
  providers: [{ provide: UiFilesStore, useFactory: () => new UiFilesStore(UI_FOLDER) }],
})
export class WebUiModule {}
