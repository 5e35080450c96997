import { Inject, Injectable } from '@nestjs/common';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { RouteScanner, ScannedRoute } from './route.scanner.js';
import { ERROR_SCHEMA } from './schemas.js';

/** An OpenAPI 3.1 document; see https://spec.openapis.org/oas/v3.1.1. */
export type OpenApi = Readonly<Record<string, unknown>>;

/** Describes the HTTP API from the code that serves it. */
@Injectable()
export class OpenApiDocument {
  private built: OpenApi | null = null;

  constructor(
    private readonly scanner: RouteScanner,
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
  ) {}

  /** The document; routes do not change while the program runs. */
  get(): OpenApi {
    this.built ??= this.build();
    return this.built;
  }

  private build(): OpenApi {
    const paths: Record<string, Record<string, unknown>> = {};
    for (const route of this.scanner.routes()) {
      paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
    }
    return {
      openapi: '3.1.0',
      info: {
        title: 'Drover',
        version: this.options.build.version,
        description: 'One port in front of many AI models.',
      },
      security: [{ bearer: [] }, { key: [] }, { basic: [] }],
      paths,
      components: {
        schemas: { Error: ERROR_SCHEMA },
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          basic: { type: 'http', scheme: 'basic' },
        },
      },
    };
  }
}

function operation({ path, method, tag, isPublic, document }: ScannedRoute): OpenApi {
  const { summary, answer, body, query = {} } = document ?? {};
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } };
  });
  const inQuery = Object.entries(query).map(([name, description]) => {
    return { name, in: 'query', description, schema: { type: 'string' } };
  });
  const content = answer ? { content: { 'application/json': { schema: answer } } } : {};
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z0-9]+/g, '_')}`,
    tags: [tag],
    ...(summary ? { summary } : {}),
    ...(isPublic ? { security: [] } : {}),
    parameters: [...inPath, ...inQuery],
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
      : {}),
    responses: {
      200: { description: 'Success.', ...content },
      default: {
        description: 'An error.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}
