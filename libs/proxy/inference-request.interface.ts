/** What of a client's request decides about its model, and what an edit may change. */
export interface InferenceRequest {
  readonly method: string;
  /** Query as sent, without the question mark; empty when there is none. */
  readonly query: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** The whole body, or its beginning; null when the request has none. */
  readonly body: Buffer | null;
  /** Whether `body` is only the beginning of a form, with its model in it. */
  readonly isPartial?: boolean;
  /** Whether the route expects JSON, so that an object under another Content-Type is taken for it. */
  readonly expectsJson: boolean;
}

/** Where in a request its model is named. */
export type ModelPlace = 'json' | 'multipart' | 'urlencoded' | 'query';

/** The model that a request names. */
export interface RequestedModel {
  readonly name: string;
  readonly place: ModelPlace;
}
