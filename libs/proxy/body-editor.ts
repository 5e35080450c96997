import { DroverError } from '#lib/foundation';
import { InferenceRequest, ModelPlace, RequestedModel } from './inference-request.interface.js';
import { requireValidJson, setJsonParameter, stripJsonParameter } from './json-editor.js';
import { bodyKindOf, boundaryOf } from './media-type.js';
import { findFields, findFirstFields, replaceFields } from './multipart.js';
import { replaceParameter } from './url-encoded.js';

/** What is changed in the requests for one model. */
export interface RequestEdits {
  /** Name that the upstream shall see; null leaves the client's. */
  readonly modelName: string | null;
  /** Paths of the parameters removed from JSON bodies, in order. */
  readonly strip: readonly string[];
  /** Paths and JSON texts of the parameters set in JSON bodies, in order. */
  readonly set: readonly (readonly [path: string, json: string])[];
}

/** The parts of a request that an edit may have changed. */
export interface EditedRequest {
  readonly query: string;
  readonly body: Buffer | null;
}

/**
 * Applies edits to a request as text: only the bytes that have to change do. The model is replaced
 * where it was found; parameters are stripped and set in JSON bodies only; GET and HEAD never grow
 * a body.
 *
 * @throws DroverError BODY_UNREADABLE when parameters are to be edited in a damaged JSON body
 */
export function editRequest(
  request: InferenceRequest,
  requested: RequestedModel,
  edits: RequestEdits,
): EditedRequest {
  const { modelName } = edits;
  const renamed =
    modelName === null || modelName === requested.name
      ? request
      : { ...request, ...withModel(request, requested.place, modelName) };
  return { query: renamed.query, body: editParameters(renamed, requested.place, edits) };
}

/** The request naming another model at the place where it named the first one. */
export function withModel(
  request: InferenceRequest,
  place: ModelPlace,
  model: string,
): EditedRequest {
  const { query, body } = request;
  if (place === 'query') return { query: replaceParameter(query, 'model', model), body };
  if (!body) return { query, body };
  if (place === 'json') {
    return { query, body: setJsonParameter(body, 'model', JSON.stringify(model)) };
  }
  if (place === 'multipart') return { query, body: renameField(request, body, model) };
  const form = replaceParameter(body.toString('latin1'), 'model', model);
  return { query, body: Buffer.from(form, 'latin1') };
}

function renameField(
  { contentType, isPartial }: InferenceRequest,
  body: Buffer,
  model: string,
): Buffer {
  const boundary = boundaryOf(contentType);
  const find = isPartial ? findFirstFields : findFields;
  const fields = boundary ? find(body, boundary, 'model') : null;
  if (!fields) throw damagedForm();
  return replaceFields(body, fields, model);
}

function damagedForm(): DroverError {
  const text =
    'could not parse multipart form: it is cut off, or the boundary of its Content-Type is not its own';
  return new DroverError('BODY_UNREADABLE', text);
}

function editParameters(
  { method, body, contentType }: InferenceRequest,
  place: ModelPlace,
  { strip, set }: RequestEdits,
): Buffer | null {
  if (!body || method === 'GET' || method === 'HEAD') return body;
  if (strip.length === 0 && set.length === 0) return body;
  if (place !== 'json' && bodyKindOf(contentType) !== 'json') return body;
  requireValidJson(body);
  const stripped = strip.reduce(stripJsonParameter, body);
  return set.reduce((text, [path, json]) => setJsonParameter(text, path, json), stripped);
}
