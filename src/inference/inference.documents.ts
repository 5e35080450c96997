import { JsonSchema, RouteDocument } from '../openapi/documented.decorator.js';
import { FLAG, named, TEXT, parameter } from '../openapi/schemas.js';
import { InferenceRoute } from './inference-routes.js';

/** What Drover itself reads of a body; everything else is for the model's server. */
const MODEL_REQUEST: JsonSchema = named('ModelRequest', {
  type: 'object',
  properties: { model: TEXT, stream: FLAG },
  required: ['model'],
  additionalProperties: true,
  examples: [
    { model: 'coder', messages: [{ role: 'user', content: 'Write a haiku.' }], stream: true },
  ],
});

const MODEL_FORM: JsonSchema = named('ModelForm', {
  type: 'object',
  properties: { model: TEXT, stream: TEXT },
  required: ['model'],
  additionalProperties: true,
});

const SUMMARY = 'Answered by the server of the model that the request names.';

/** The description of a route that a model answers. */
export function inferenceDocument({ family }: InferenceRoute): RouteDocument {
  if (family === 'query') {
    const model = parameter('Name of the model.', TEXT);
    const query = { model: { ...model, isRequired: true } };
    return { summary: SUMMARY, mediaType: 'application/json', query };
  }
  const answers = { summary: SUMMARY, mediaType: 'application/json, text/event-stream, */*' };
  if (family === 'json') return { ...answers, body: MODEL_REQUEST };
  return { ...answers, body: MODEL_FORM, bodyMediaType: 'multipart/form-data' };
}
