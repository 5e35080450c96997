import { RouteDocument } from '../openapi/documented.decorator.js';

/** Methods that pass through, as an OpenAPI document names them. */
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** What the API description says of one method of a path that no controller serves. */
export interface PassthroughDocument {
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly document: RouteDocument;
}

const UPSTREAM =
  'The beginning of the path names the model and may have several segments; the rest goes to its ' +
  'server unchanged, with query and body. Websockets pass through too.';

/** The paths that lead to the servers of the models directly. */
export const PASSTHROUGH_DOCUMENTS: readonly PassthroughDocument[] = [
  {
    method: 'get',
    path: '/upstream',
    isPublic: true,
    document: { summary: 'Leads to the models in the web interface.', status: 302 },
  },
  ...METHODS.flatMap((method) => [
    passthrough(method, '/upstream/{model}/{path}', {
      summary: "Anything that the model's own server offers.",
      description: UPSTREAM,
    }),
    passthrough(method, '/comfyui/{path}', {
      summary: 'Anything that the server of the model comfyui_auto offers.',
      description: 'Only /comfyui/ itself loads the model.',
    }),
  ]),
];

function passthrough(
  method: string,
  path: string,
  document: Pick<RouteDocument, 'summary' | 'description'>,
): PassthroughDocument {
  return { method, path, isPublic: false, document: { ...document, mediaType: '*/*' } };
}
