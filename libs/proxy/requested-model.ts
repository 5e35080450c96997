import { InferenceRequest, RequestedModel } from './inference-request.interface.js';
import { decodeString, documentObject, findMember, JsonMember } from './json-scan.js';
import { bodyKindOf, boundaryOf, mediaTypeOf } from './media-type.js';
import { findFields, findFirstFields } from './multipart.js';
import { parameterOf } from './url-encoded.js';

const QUOTE = 0x22;

/**
 * The model that a request names, or null: GET and HEAD name it in the query, JSON bodies in the
 * member `model`, forms in the field `model` with the query as fallback, everything else in the
 * query; a JSON object sent under another Content-Type to a JSON route counts last.
 */
export function requestedModel(request: InferenceRequest): RequestedModel | null {
  const { body } = request;
  if (request.method === 'GET' || request.method === 'HEAD') return fromQuery(request);
  const kind = bodyKindOf(request.contentType);
  if (kind === 'json') return body ? fromJson(body) : null;
  if (kind === 'multipart') return fromMultipart(request) ?? fromQuery(request);
  const form = kind === 'urlencoded' ? fromForm(request) : null;
  return form ?? fromQuery(request) ?? (request.expectsJson && body ? fromJson(body) : null);
}

/** Whether the request asks for a streamed answer: `stream` beside `model`. */
export function requestedStream(request: InferenceRequest, { place }: RequestedModel): boolean {
  const { body, query } = request;
  if (place === 'json') return body !== null && isTrueMember(body);
  if (place === 'query') return parameterOf(query, 'stream') === 'true';
  if (!body) return false;
  if (place === 'multipart') return multipartField(request, 'stream') === 'true';
  return parameterOf(body.toString('utf8'), 'stream') === 'true';
}

/** Says for a human why no model was found, as the end of a sentence. */
export function whyNoModel(request: InferenceRequest): string {
  const { body, contentType, contentEncoding } = request;
  if (request.method === 'GET' || request.method === 'HEAD') return 'the query has no "model"';
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    return `the body is compressed (Content-Encoding: ${printable(contentEncoding)})`;
  }
  if (!body || body.length === 0) return 'the request has no body';
  const kind = bodyKindOf(contentType);
  if (kind === 'json') return whyNoJsonModel(body);
  if (kind === 'multipart') return 'the form has no readable field "model"';
  if (kind === 'urlencoded') return 'the urlencoded body has no field "model"';
  const type = mediaTypeOf(contentType);
  return type === ''
    ? 'the request has no Content-Type; send application/json with a JSON body'
    : `the Content-Type is ${printable(type)}; send application/json with a JSON body`;
}

function whyNoJsonModel(body: Buffer): string {
  if (documentObject(body) < 0) return 'the body is not a JSON object';
  try {
    JSON.parse(body.toString('utf8'));
    return 'the JSON body has no member "model", or an empty one';
  } catch {
    return 'the JSON body is damaged and no member "model" can be read in it';
  }
}

/** Keeps what a client sent readable and short where it is quoted in a message. */
export function printable(text: string): string {
  const clean = text.toWellFormed().replaceAll(/\p{Cc}/gu, '\u{FFFD}');
  return clean.length > 200 ? `${clean.slice(0, 200).toWellFormed()}…` : clean;
}

function fromQuery({ query }: InferenceRequest): RequestedModel | null {
  return query === '' ? null : named(parameterOf(query, 'model'), 'query');
}

function fromJson(body: Buffer): RequestedModel | null {
  const object = documentObject(body);
  if (object < 0) return null;
  const member = findMember(body, object, 'model');
  return member && named(textOf(body, member), 'json');
}

function fromForm({ body }: InferenceRequest): RequestedModel | null {
  return body && named(parameterOf(body.toString('utf8'), 'model'), 'urlencoded');
}

function fromMultipart(request: InferenceRequest): RequestedModel | null {
  return named(multipartField(request, 'model'), 'multipart');
}

function multipartField(
  { body, contentType, isPartial }: InferenceRequest,
  name: string,
): string | null {
  const boundary = boundaryOf(contentType);
  const find = isPartial ? findFirstFields : findFields;
  const field = body && boundary ? find(body, boundary, name)?.[0] : undefined;
  return field && body ? body.toString('utf8', field.start, field.end) : null;
}

function named(name: string | null, place: RequestedModel['place']): RequestedModel | null {
  return name === null || name === '' ? null : { name, place };
}

/** A member's value as text: strings decoded, `null` missing, everything else as written. */
function textOf(body: Buffer, { valueStart, valueEnd }: JsonMember): string | null {
  if (body[valueStart] === QUOTE) return decodeString(body, valueStart, valueEnd);
  const raw = body.toString('utf8', valueStart, valueEnd);
  return raw === 'null' ? null : raw;
}

function isTrueMember(body: Buffer): boolean {
  const object = documentObject(body);
  const member = object < 0 ? null : findMember(body, object, 'stream');
  if (!member) return false;
  const text = textOf(body, member);
  if (text === null) return false;
  if (body[member.valueStart] === QUOTE) return /^(?:1|t|true)$/i.test(text);
  return text === 'true' || (/^-?\d/.test(text) && Number(text) !== 0);
}
