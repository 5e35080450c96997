import { ERROR_CODES } from '#lib/foundation';

const INTRODUCTION = `# Errors

Every error that Drover itself answers with, as opposed to a model's server, has this form:

\`\`\`json
{
  "src": "llama-swap",
  "error": { "message": "…", "type": "…", "param": null, "code": "…" }
}
\`\`\`

\`src\` tells Drover's errors from those of a model's server, which pass through as they are. Test for
\`code\`, never for the text. On \`/v1/messages\` the envelope also has \`"type": "error"\`, so that clients
of that API can read it. A client that accepts \`text/plain\` or \`text/html\` and no JSON gets the message
in that form. Where a repetition makes sense there is a \`Retry-After\` header. The names in the headings
are those of the log.
`;

/** The documentation of all error codes, as it stands in \`docs/errors.md\`. */
export function errorDocs(): string {
  const entries = Object.entries(ERROR_CODES).map(([code, { status, type, clientCode, help }]) =>
    [`## ${code}`, `Status ${status}, type \`${type}\`, code \`${clientCode}\`.`, help].join(
      '\n\n',
    ),
  );
  return `${[INTRODUCTION.trimEnd(), ...entries].join('\n\n')}\n`;
}
