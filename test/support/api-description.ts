import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type JsonObject = Readonly<Record<string, unknown>>;

/** One operation of the description. */
export interface ApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly object[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: JsonObject;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
  readonly responses: Readonly<Record<string, ApiResponse & { readonly $ref?: string }>>;
}

/** What an operation may answer with. */
export interface ApiResponse {
  readonly content?: Record<string, { readonly schema: JsonObject }>;
}

/** `/api/openapi.json`. */
export interface ApiDescription {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonObject>>;
    readonly responses: Readonly<Record<string, ApiResponse>>;
  };
}

/** An answer of an operation. */
export interface DescribedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** Checks values against the schemas of a description; what these do not name is an error too. */
export class ApiChecker {
  private readonly ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    allErrors: true,
  });

  constructor(private readonly description: ApiDescription) {
    addFormats.default(this.ajv);
    const definitions = pointed(closed(description.components.schemas)) as object;
    this.ajv.addSchema({ $id: 'api', $defs: definitions });
  }

  /** What is wrong with an answer's body; empty when it is as described. */
  problems(answer: DescribedAnswer): string[] {
    const { method, path, status, body } = answer;
    const { responses } = this.description.paths[path]![method]!;
    const response = this.resolved(responses[status] ?? responses['default']);
    const content = response?.content?.['application/json'];
    if (!content) return [`${method} ${path} does not describe ${status}`];
    const schema = pointed(closed(content.schema)) as object;
    const check = this.ajv.compile(schema);
    check(body);
    return (check.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath} ${message} ${JSON.stringify(params)}`;
    });
  }

  /** What is wrong with the examples of the named schemas. */
  exampleProblems(): string[] {
    return Object.entries(this.description.components.schemas).flatMap(([name, schema]) => {
      const check = this.ajv.compile({ $ref: `api#/$defs/${name}` });
      const examples = (schema['examples'] as readonly unknown[] | undefined) ?? [];
      return examples.flatMap((example) =>
        check(example) ? [] : [`${name}: ${JSON.stringify(check.errors)}`],
      );
    });
  }

  private resolved(
    response: (ApiResponse & { readonly $ref?: string }) | undefined,
  ): ApiResponse | undefined {
    const name = response?.$ref?.split('/').at(-1);
    return name === undefined ? response : this.description.components.responses[name];
  }
}

/** The schema, with every object closed that does not say what else it may hold. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]));
  const isOpen = 'properties' in copy && !('additionalProperties' in copy) && copy['type'];
  return isOpen === 'object' ? { ...copy, additionalProperties: false } : copy;
}

/** The schema with its references led to the registered components. */
function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) =>
      key === '$ref'
        ? [key, String(part).replace('#/components/schemas/', 'api#/$defs/')]
        : [key, pointed(part)],
    ),
  );
}
