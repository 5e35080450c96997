import { isBoolean, stored } from './stored.svelte.js';

/** Whether unlisted models are shown in the menu and on the Models page. */
export const showUnlisted = stored<boolean>('models-dash-show-unlisted', false, isBoolean);

/** Whether the Models page shows capability tags. */
export const showCapabilityTags = stored<boolean>(
  'models-dash-show-capability-tags',
  false,
  isBoolean,
);
