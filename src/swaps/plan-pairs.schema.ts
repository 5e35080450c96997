import { FLAG, listOf, named, objectOf, TEXT } from '../openapi/schemas.js';

/** Schema of `GET /api/v1/plan/pairs`. */
export const PAIRS_SCHEMA = named(
  'PlanPairs',
  objectOf({ models: listOf(TEXT), evicts: listOf(listOf(FLAG)) }),
);
