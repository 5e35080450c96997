/** Version, commit and time of the running build. */
export interface Build {
  readonly version: string;
  readonly commit: string;
  /** RFC 3339, or a word where it is unknown. */
  readonly date: string;
}

/** Injection token of {@link Build}. */
export const BUILD = Symbol.for('drover:build');
