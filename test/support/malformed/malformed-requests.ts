import {
  contentCodings,
  jsonBodies,
  modelNames,
  multipartBodies,
  urlencodedBodies,
} from './malformed-bodies.js';
import {
  managementBodies,
  managementQueries,
  negotiation,
  upgrades,
} from './malformed-management.js';
import { headerBytes, paths, requestLines, smuggling } from './malformed-lines.js';
import { MalformedRequest } from './raw-request.js';

/** More than 1,000 malformed requests, none of which may do harm. */
export function malformedRequests(): MalformedRequest[] {
  return [
    ...jsonBodies(),
    ...modelNames(),
    ...multipartBodies(),
    ...urlencodedBodies(),
    ...contentCodings(),
    ...smuggling(),
    ...headerBytes(),
    ...requestLines(),
    ...paths(),
    ...managementQueries(),
    ...managementBodies(),
    ...upgrades(),
    ...negotiation(),
  ];
}
