/** The members of an {@link ApiError}'s answer beside its code. */
export interface ApiErrorMembers {
  readonly type: string;
  readonly message: string;
  readonly [extra: string]: unknown;
}

/** A refusal in llama-server's error format. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    private readonly members: ApiErrorMembers,
  ) {
    super(members.message);
  }

  /** The body of the answer. */
  toJson(): unknown {
    return { error: { code: this.status, ...this.members } };
  }
}

/** A 400 that tells what is wrong with the request. */
export function invalidRequest(message: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message });
}
