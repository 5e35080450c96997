import { ModelConfig } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { PassthroughLine, Way, withSlash } from './passage.interface.js';
import { guardPath } from './raw-path.js';

/** Id of the model that everything under this path belongs to. */
const COMFYUI_MODEL = 'comfyui_auto';

const PREFIX = '/comfyui';

/**
 * The way of a request under `/comfyui`: always to one local model, which only the root may load.
 *
 * @throws DroverError MODEL_NOT_FOUND, BAD_REQUEST
 */
export function comfyuiWay(line: PassthroughLine, models: ReadonlyMap<string, ModelConfig>): Way {
  if (!models.has(COMFYUI_MODEL)) {
    throw new DroverError('MODEL_NOT_FOUND', `local model ${COMFYUI_MODEL} not found`);
  }
  if (line.path === PREFIX) return withSlash(line);
  guardPath(line.path);
  const path = line.path.slice(PREFIX.length);
  const coldRefusal = `model ${COMFYUI_MODEL} is not loaded; only /comfyui/ can start it`;
  return {
    model: { kind: 'local', model: COMFYUI_MODEL },
    requestedName: COMFYUI_MODEL,
    selector: null,
    path,
    coldRefusal: path === '/' ? null : coldRefusal,
    isGlance: false,
  };
}
