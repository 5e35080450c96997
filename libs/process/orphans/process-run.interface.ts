/** Runs a program to its end; its standard output, or null when it failed or is not there. */
export type ProcessRun = (argv: readonly string[]) => Promise<string | null>;
