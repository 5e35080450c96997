import { SetMetadata } from '@nestjs/common';

/** JSON Schema (2020-12) of a value. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the API description says of a route besides its path. */
export interface RouteDocument {
  /** One sentence. */
  readonly summary: string;
  /** Schema of the answer's body; text when absent. */
  readonly answer?: JsonSchema;
  /** Schema of the request's body; none when absent. */
  readonly body?: JsonSchema;
  /** Query parameters: name and meaning. */
  readonly query?: Readonly<Record<string, string>>;
}

/** Metadata key of a {@link RouteDocument}. */
export const ROUTE_DOCUMENT = 'drover:route-document';

/** Describes a route in `/api/openapi.json`. */
export function Documented(document: RouteDocument): MethodDecorator {
  return SetMetadata(ROUTE_DOCUMENT, document);
}
