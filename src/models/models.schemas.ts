import {
  each,
  listOf,
  mapOf,
  named,
  NUMBER,
  objectOf,
  oneOf,
  TEXT,
  withExample,
} from '../openapi/schemas.js';

const LLAMASWAP_META = {
  type: 'object',
  description: "The configured metadata and Drover's own members.",
  properties: {
    type: oneOf(['model', 'alias', 'peer', 'selector', 'profile']),
    aliases: listOf(TEXT),
    modelID: TEXT,
    peerID: TEXT,
    strategy: oneOf(['warm', 'pin', 'spillover']),
    targets: listOf(TEXT),
    spillover: NUMBER,
  },
  required: ['type'],
  additionalProperties: true,
};

/** Schema of one entry of the list of models. */
export const MODEL_RECORD_SCHEMA = named(
  'ModelRecord',
  objectOf(
    {
      id: TEXT,
      object: { const: 'model' },
      created: NUMBER,
      owned_by: { const: 'llama-swap' },
      ...each('name description', TEXT),
      architecture: objectOf(
        { ...each('input_modalities output_modalities', listOf(TEXT)), modality: TEXT },
        ['input_modalities', 'output_modalities', 'modality'],
      ),
      capabilities: mapOf({ const: true }),
      supported_parameters: listOf(TEXT),
      context_length: NUMBER,
      meta: objectOf({ llamaswap: LLAMASWAP_META, n_ctx: NUMBER }, ['n_ctx']),
      status: objectOf({ value: oneOf(['loaded', 'unloaded']) }),
    },
    [
      'name',
      'description',
      'architecture',
      'capabilities',
      'supported_parameters',
      'context_length',
    ],
  ),
);

/** Schema of `GET /v1/models`. */
export const MODEL_LIST_SCHEMA = named(
  'ModelList',
  withExample(objectOf({ object: { const: 'list' }, data: listOf(MODEL_RECORD_SCHEMA) }), {
    object: 'list',
    data: [
      {
        id: 'coder',
        object: 'model',
        created: 1767225600,
        owned_by: 'llama-swap',
        name: 'Coder 14B',
        context_length: 32768,
        meta: { llamaswap: { type: 'model', aliases: ['coder:think'] }, n_ctx: 32768 },
        status: { value: 'loaded' },
      },
    ],
  }),
);

/** Schema of `GET /running`. */
export const RUNNING_SCHEMA = named(
  'Running',
  withExample(
    objectOf({
      running: listOf(
        objectOf({
          ...each('model cmd proxy name description', TEXT),
          state: oneOf(['starting', 'ready', 'stopping']),
          ttl: NUMBER,
        }),
      ),
    }),
    {
      running: [
        {
          model: 'coder',
          state: 'ready',
          cmd: 'llama-server --port 5800 -m coder.gguf',
          proxy: 'http://localhost:5800',
          ttl: 300,
          name: 'Coder 14B',
          description: '',
        },
      ],
    },
  ),
);
