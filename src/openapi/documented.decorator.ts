import { SetMetadata } from '@nestjs/common';

/** JSON Schema (2020-12) of a value. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the API description says of a route besides its path. */
export interface RouteDocument {
  /** One sentence. */
  readonly summary: string;
  /** More, where one sentence is not enough. */
  readonly description?: string;
  /** Status of a success; 200 when absent. */
  readonly status?: number;
  /** Schema of the answer's body. Without it and `mediaType` an answer has no body. */
  readonly answer?: JsonSchema;
  /** Media types, separated by `, `, of an answer that is no JSON or has no schema. */
  readonly mediaType?: string;
  /** Schemas of other answers of this route than a success and the error envelope, by status. */
  readonly others?: Readonly<Record<number, JsonSchema>>;
  /** Schema of the request's body; none when absent. */
  readonly body?: JsonSchema;
  /** Media type of the request's body; JSON when absent. */
  readonly bodyMediaType?: string;
  /** Whether the request may come without its body. */
  readonly isBodyOptional?: boolean;
  /** Query parameters, by name. */
  readonly query?: QueryParameters;
}

/** What a query parameter means, and what it may hold. */
export interface QueryParameter {
  readonly description: string;
  readonly schema: JsonSchema;
  /** Whether the request makes no sense without it. */
  readonly isRequired?: boolean;
}

/** Query parameters by name; where only a meaning is given, any text will do. */
export type QueryParameters = Readonly<Record<string, string | QueryParameter>>;

/** Metadata key of a {@link RouteDocument}. */
export const ROUTE_DOCUMENT = 'drover:route-document';

/** Describes a route in `/api/openapi.json`. */
export function Documented(document: RouteDocument): MethodDecorator {
  return SetMetadata(ROUTE_DOCUMENT, document);
}
